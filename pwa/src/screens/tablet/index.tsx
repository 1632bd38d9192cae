/** The tablet's face. */
export default function Tablet() {
  return <main />;
}
