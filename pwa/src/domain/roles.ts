/** What a role may do, as far as screens and keys ask; the server enforces it (S-170). */
export const mayReadMedical = (role: string | undefined): boolean => role === "doctor" || role === "nurse";
