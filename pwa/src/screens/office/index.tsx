/** The office's face. */
export default function Office() {
  return <main />;
}
