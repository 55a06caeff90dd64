import type { Insertable } from "kysely";

import { day } from "#domain/duration.ts";
import { rootUser } from "#server/store/organization.ts";
import type { UserTable } from "#server/store/schema.ts";
import type { Chance } from "./random.ts";

/** Domain of the sample organization's mail addresses; `.example` is reserved for such uses. */
const mailDomain = "larkspur.example";

/** The invented people of the sample organization are put together from these. */
const firstNames =
  "Ada Aiko Alejandra Amara Anders Anneli Arjun Astrid Ayesha Bao Beatriz Bjarne Camille Carlos Chiara Chidi Dagny Daniel Dilara Eamon Elif Emeka Esra Farid Fatima Femke Finn Freya Gabriel Giulia Hana Hassan Helga Ibrahim Ines Ingrid Isabel Ivan Jonas Juan Kamala Kenji Lars Leila Linh Lucas Magnus Malik Margit Mateo Mei Mira Nadia Naomi Nikhil Nora Oskar Paolo Priya Rafael Renske Rosa Sanjay Sigrid Soren Tariq Tomas Uma Valentina Wanjiru Xin Yara Yusuf Zofia".split(
    " ",
  );
const lastNames =
  "Abebe Adeyemi Aguilar Ahmadi Almeida Andersen Bakker Banerjee Bauer Berg Bianchi Castro Chen Costa Cruz Dahl Delgado Dubois Eriksen Farah Ferrari Fischer Fonseca Garcia Gupta Haddad Hansen Hoang Holm Ibarra Ito Jansen Johansson Kaya Khan Kim Kowalski Kumar Larsen Laurent Lehmann Lindqvist Lopez Mancini Mbeki Meyer Moreau Mori Mwangi Nakamura Nguyen Nilsen Novak Nowak Okafor Olsen Osei Park Patel Pereira Petrov Ramos Rao Reyes Rossi Ruiz Saito Santos Sato Schneider Shah Silva Singh Solberg Sorensen Suzuki Takahashi Tran Vargas Virtanen Visser Wagner Weber Yamamoto Yilmaz Zhang".split(
    " ",
  );
const countries = ["NO", "DE", "US", "IN", "NL", "PL", "BR"] as const;

/** Somebody of the sample organization, present or past. */
interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
}

/** The users of the sample organization, and the usernames of those who have left it. */
export interface People {
  /** The root user first, then the organization's owner, then everybody else from the oldest to the newest. */
  readonly users: readonly [root: NewUser, owner: NewUser, ...rest: NewUser[]];
  readonly leavers: readonly string[];
}

export type NewUser = Insertable<UserTable>;

/** Invents `count` users (at least two), who joined in the five years up to `today`, and some who have left. */
export function inventPeople(chance: Chance, count: number, today: number): People {
  const taken = new Set<string>();
  const somebody = (): Person => {
    for (;;) {
      const firstName = chance.pick(firstNames);
      const lastName = chance.pick(lastNames);
      const plain = `${firstName}.${lastName}`.toLowerCase();
      // Namesakes are numbered, as companies do.
      const username = taken.has(plain) ? `${plain}${chance.between(2, 99)}` : plain;
      if (taken.has(username)) continue;
      taken.add(username);
      return { firstName, lastName, username };
    }
  };
  const user = (createdAt: number, isOrgRoot: boolean): NewUser => {
    const person = somebody();
    return {
      id: chance.id(24),
      ...person,
      fullName: `${person.firstName} ${person.lastName}`,
      email: `${person.username}@${mailDomain}`,
      countryCode: chance.pick(countries),
      company: "Larkspur Logistics",
      isRoot: false,
      isOrgRoot,
      createdAt,
    };
  };
  const leavers = Array.from({ length: Math.max(12, Math.round(count / 6)) }, () => somebody().username);
  const founded = today - 5 * 365 * day;
  const joined = Array.from({ length: count - 2 }, () => today - chance.between(3 * day, 5 * 365 * day - day)).toSorted(
    (a, b) => a - b,
  );
  return {
    users: [
      rootUser(chance.id(24), founded),
      user(founded + day / 2, true),
      ...joined.map((createdAt) => user(createdAt, false)),
    ],
    leavers: leavers,
  };
}
