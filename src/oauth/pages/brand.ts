/** How a school's pages look. */
export interface Brand {
  displayName: string
  /** #rrggbb. */
  colour: string
}

/** Where no school is known yet. */
export const plainBrand: Brand = { displayName: 'open-mis', colour: '#1f5a7a' }

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, 1.4.3 asks for 4.5). */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** Black or white, whichever reads better on the colour. */
export const inkOn = (colour: string): string =>
  contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000'

/** The school's colour where it can be read on the page, else another. Text wants 4.5, an edge 3 (WCAG 2.2, 1.4.11). */
export const readableOn = (paper: string, colour: string, instead: string, least = 4.5): string =>
  contrast(paper, colour) >= least ? colour : instead
