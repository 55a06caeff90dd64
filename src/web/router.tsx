import { useHref, useLinkClickHandler, type LinkProps } from "react-router";

// What the app uses of the router; the build has every `react-router` come from here. A name that stands here is loaded with the shell.
export {
  createRoutesFromElements,
  matchPath,
  matchRoutes,
  Navigate,
  Route,
  Router,
  Routes,
  UNSAFE_createBrowserHistory,
  useHref,
  useLocation,
  useNavigate,
  useParams,
  useSearchParams,
} from "react-router";

/** React Router's `Link`, without what it has for its framework mode, which is a third of the router's script. */
export function Link({
  to,
  replace,
  state,
  target,
  relative,
  onClick,
  ...rest
}: Pick<LinkProps, "to" | "replace" | "state" | "target" | "relative"> & React.ComponentProps<"a">) {
  const href = useHref(to, { ...(relative && { relative }) });
  const follow = useLinkClickHandler(to, {
    state: state as unknown,
    ...(replace !== undefined && { replace }),
    ...(target !== undefined && { target }),
    ...(relative && { relative }),
  });
  return (
    // oxlint-disable-next-line jsx-a11y/anchor-has-content -- its content is among the rest
    <a
      {...rest}
      href={href}
      target={target}
      onClick={(event) => {
        onClick?.(event);
        if (!event.defaultPrevented) follow(event);
      }}
    />
  );
}
