import { lazy as lazyComponent, useState, type ComponentType, type ReactNode } from "react";

/** A component that is loaded when it is first shown, or before. */
export type LazyPage<Props> = ComponentType<Props> & {
  /** Loads it now. What was loaded before it is shown is drawn at once, without a step in between. */
  readonly load: () => Promise<unknown>;
};

interface Module {
  readonly default: (props: never) => ReactNode;
}

type PropsOf<Loaded extends Module> = Loaded["default"] extends (props: infer Props) => ReactNode ? Props & object : never;

/** Like React's `lazy`, for what may be loaded in advance. */
export function lazy<Loaded extends Module>(load: () => Promise<Loaded>): LazyPage<PropsOf<Loaded>> {
  let loaded: ComponentType<PropsOf<Loaded>> | undefined;
  const loadOnce = async () => {
    loaded = (await load()).default as ComponentType<PropsOf<Loaded>>;
    return { default: loaded };
  };
  const Later: ComponentType<PropsOf<Loaded>> = lazyComponent(loadOnce);
  function Page(props: PropsOf<Loaded>) {
    // Kept: another component would begin anew.
    const [Shown] = useState(() => loaded ?? Later);
    return <Shown {...props} />;
  }
  return Object.assign(Page, { load: loadOnce });
}

/** Loads a component if it is one that can be loaded in advance. */
export async function loadAhead(component: unknown): Promise<void> {
  if (typeof component === "function" && "load" in component && typeof component.load === "function") await component.load();
}
