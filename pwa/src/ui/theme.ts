/** Light or dark as the device says; both are complete themes of the design tokens. */
export function followDeviceTheme(): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
    const bar = document.querySelector('meta[name="theme-color"]');
    bar?.setAttribute("content", dark.matches ? "#11161b" : "#f4f5f3");
  };
  apply();
  dark.addEventListener("change", apply);
  return () => dark.removeEventListener("change", apply);
}
