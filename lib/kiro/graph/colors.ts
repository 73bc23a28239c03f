/** Dark for headings with white text, light for what lies under dark text. */
export interface Color {
  readonly dark: string;
  readonly light: string;
}

const colors: readonly Color[] = [
  { dark: '#1f4e79', light: '#eaf1f8' },
  { dark: '#0b5f45', light: '#e7f3ef' },
  { dark: '#7a3e00', light: '#f8efe5' },
  { dark: '#5b2a86', light: '#f2ebf7' },
  { dark: '#9b1c31', light: '#faeaed' },
  { dark: '#005f6b', light: '#e5f2f4' },
  { dark: '#4c4a12', light: '#f3f2e2' },
];

/** For workflows that teams add. */
const other: Color = { dark: '#37474f', light: '#eceff1' };

/** Each of the seven workflows has a colour of its own. */
export function colorOf({ number }: { readonly number: number | undefined }): Color {
  return (number === undefined ? undefined : colors[number - 1]) ?? other;
}
