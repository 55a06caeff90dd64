import FormControl from "@mui/material/FormControl";
import FormHelperText from "@mui/material/FormHelperText";
import InputLabel from "@mui/material/InputLabel";
import NativeSelect from "@mui/material/NativeSelect";
import OutlinedInput from "@mui/material/OutlinedInput";
import { useId, type ChangeEventHandler, type InputHTMLAttributes, type ReactNode, type Ref } from "react";
import { noManager } from "./noManager.ts";

interface CommonProps<E> {
  readonly label: string;
  readonly value: string;
  readonly onChange: ChangeEventHandler<E>;
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly inputRef?: Ref<E>;
  /** Whether the value is invalid; `helper` says why. */
  readonly error?: boolean;
  /** What stands below the field and describes it. */
  readonly helper?: ReactNode;
  readonly disabled?: boolean;
  /** The least width, px; a field is otherwise as wide as there is room. */
  readonly width?: number;
}

export interface FieldProps extends CommonProps<HTMLInputElement> {
  readonly type?: "text" | "datetime-local";
  readonly autoFocus?: boolean;
  /** Whether the label stands above from the start; needed where the browser shows something in an empty field. */
  readonly shrink?: boolean;
  /** Attributes of the input itself. */
  readonly input?: InputHTMLAttributes<HTMLInputElement>;
}

/**
 * A labelled line of text. Of MUI's parts, but not its TextField, which brings menus, pop-ups and two other looks along whether or not they
 * are used: 10 kB for every page with a field.
 */
export function Field({
  label,
  helper,
  error = false,
  disabled = false,
  width,
  type = "text",
  shrink,
  input,
  ...field
}: FieldProps) {
  const id = useId();
  return (
    <FormControl size="small" fullWidth={width === undefined} error={error} disabled={disabled} sx={{ minWidth: width }}>
      <InputLabel htmlFor={id} {...(shrink === true && { shrink })}>
        {label}
      </InputLabel>
      <OutlinedInput
        {...field}
        id={id}
        label={label}
        type={type}
        {...(shrink === true && { notched: true })}
        // A long helper text must not widen the input.
        {...(width !== undefined && { sx: { maxWidth: width } })}
        inputProps={{ ...noManager, spellCheck: false, ...input }}
        aria-describedby={helper === undefined ? undefined : `${id}-helper`}
      />
      {helper !== undefined && <FormHelperText id={`${id}-helper`}>{helper}</FormHelperText>}
    </FormControl>
  );
}

export interface SelectFieldProps extends CommonProps<HTMLSelectElement> {
  /** `option` elements. */
  readonly children: ReactNode;
}

/** A labelled choice of one, by the browser's own menu. */
export function SelectField({
  label,
  helper,
  error = false,
  disabled = false,
  width,
  children,
  inputRef,
  ...field
}: SelectFieldProps) {
  const id = useId();
  return (
    <FormControl size="small" fullWidth={width === undefined} error={error} disabled={disabled} sx={{ minWidth: width }}>
      <InputLabel htmlFor={id} shrink>
        {label}
      </InputLabel>
      <NativeSelect
        {...field}
        inputRef={inputRef}
        input={<OutlinedInput notched label={label} />}
        inputProps={{ id, "aria-describedby": helper === undefined ? undefined : `${id}-helper` }}
      >
        {children}
      </NativeSelect>
      {helper !== undefined && <FormHelperText id={`${id}-helper`}>{helper}</FormHelperText>}
    </FormControl>
  );
}
