export default function Screen() {
  return <section />;
}
