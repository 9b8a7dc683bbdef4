import { useSite } from "./session.ts";

const isDrawable = (logo: string) => /^(data:image\/|\/(?!\/))/.test(logo);

/** The site's logo and name. */
export function SiteMark() {
  const site = useSite();
  const { logo } = site.branding;
  return (
    <>
      {isDrawable(logo) ? (
        <img className="site-logo" src={logo} alt="" />
      ) : (
        <span className="site-logo letter" aria-hidden="true">
          {[...site.name][0]?.toUpperCase()}
        </span>
      )}
      <span className="site-name">{site.name}</span>
    </>
  );
}
