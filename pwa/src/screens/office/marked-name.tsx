/** A delivered text with its stand-in marks made visible: ● is a character that the terminal could not write. */

export function MarkedName(props: { text: string }) {
  const parts = props.text.split(/([●〓]+)/);
  return (
    <>{parts.map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : <span key={i}>{part}</span>))}</>
  );
}
