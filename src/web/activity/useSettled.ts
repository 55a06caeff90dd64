import { useEffect, useState } from "react";

/** A value once it has stayed the same for a while, ms: what is typed is not asked for letter by letter. */
export function useSettled<Value>(value: Value, wait = 300): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return settled;
}
