/** E-mails and text messages that arrived, by the person whose address or phone they went to. */

/** The name of their place in the page's address, where a conversation has its id. */
export const LETTERS = "letters";

/** Whether a letter went to this person. */
export function isTo(letter, person) {
  return letter.kind === "mail" ? letter.to === person?.profile?.email : letter.to === person?.phone;
}

/** The letters to a person, oldest first. */
export function lettersTo(store, user) {
  const person = store.state.users.get(user);
  return store.state.letters.filter((one) => isTo(one, person));
}
