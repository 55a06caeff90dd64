/** Hexadecimal digits of the hash in a handle: 48 bits, so two tokens of a fleet hardly ever share one. */
export const handleDigits = 12;
