/** Names that Azure refuses for the administrator of a Windows machine. */
const REFUSED_USER_NAMES =
  "administrator admin user user1 user2 user3 user4 user5 test test1 test2 test3 admin1 admin2 1 123 a actuser adm aspnet backup console david guest john owner root server sql support support_388945a0 sys".split(
    " ",
  );

const REFUSED_PASSWORDS = [
  "abc@123",
  "iloveyou!",
  "P@$$w0rd",
  "P@ssw0rd",
  "P@ssword123",
  "Pa$$word",
  "pass@word1",
  "Password!",
  "Password1",
  "Password22",
];

/** What Azure says against the administrator's name on a Windows machine. */
export function userNameProblem(name: string): string | false {
  const refused = REFUSED_USER_NAMES.includes(name.toLowerCase()) || name.endsWith(".") || !/^.{1,20}$/.test(name);
  return (
    refused &&
    `The Admin Username specified is not allowed: 1 to 20 characters, no dot at the end, and none of ${REFUSED_USER_NAMES.join(", ")}.`
  );
}

/** What Azure says against the password on a Windows machine. The password itself never becomes part of it. */
export function passwordProblem(password: string | undefined): string | false {
  if (password === undefined) return "The property adminPassword is required for Windows machines.";
  if (REFUSED_PASSWORDS.includes(password)) return "The supplied password is one of those that everybody tries.";
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[\W_]/].filter((kind) => kind.test(password)).length;
  return (
    (password.length < 8 || password.length > 123 || kinds < 3) &&
    "The supplied password must be between 8-123 characters long and must satisfy at least 3 of password complexity requirements from the following: 1) Contains an uppercase character 2) Contains a lowercase character 3) Contains a numeric digit 4) Contains a special character."
  );
}
