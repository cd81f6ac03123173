/**
 * Names under which mail servers and mail programs file junk mail, by language. Compared after
 * folding: case, accents and the difference between blank, hyphen and underscore do not count.
 */
const JUNK_NAMES_BY_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  af: ["gemorspos", "rommelpos"],
  ar: ["البريد المزعج", "بريد مزعج", "بريد غير هام", "البريد غير الهام", "رسائل غير مرغوب فيها"],
  bg: ["нежелана поща", "нежелани", "спам"],
  ca: ["correu brossa", "correu no desitjat", "brossa"],
  cs: ["nevyžádaná pošta", "nevyžádané", "nevyžádaná"],
  da: ["uønsket mail", "uønsket e-mail", "uønsket post", "uønskede mails"],
  de: [
    "spamverdacht",
    "spam-verdacht",
    "spamordner",
    "junk-e-mail",
    "unerwünscht",
    "unerwünschte werbung",
    "unerwünschte e-mail",
    "unerwünschte mails",
  ],
  el: ["ανεπιθύμητα", "ανεπιθύμητη αλληλογραφία", "ανεπιθύμητη ηλεκτρονική αλληλογραφία"],
  en: [
    "junk",
    "junk mail",
    "junk email",
    "junk e-mail",
    "junkmail",
    "spam",
    "spam mail",
    "spam email",
    "spambox",
    "spam folder",
    "suspected spam",
    "probably spam",
    "bulk mail",
    "unwanted mail",
  ],
  es: ["correo no deseado", "correo basura", "no deseado", "no deseados", "mensajes no deseados"],
  et: ["rämpspost", "rämps"],
  eu: ["zabor-posta", "zaborra"],
  fa: ["هرزنامه", "هرز نامه"],
  fi: ["roskaposti", "roskapostit"],
  fr: [
    "courrier indésirable",
    "courriers indésirables",
    "indésirables",
    "indésirable",
    "pourriel",
    "pourriels",
    "spams",
  ],
  gl: ["correo non desexado", "correo lixo"],
  he: ["דואר זבל", "ספאם"],
  hi: ["स्पैम", "जंक"],
  hr: ["neželjena pošta", "neželjena e-pošta", "bezvrijedna pošta"],
  hu: ["levélszemét", "kéretlen", "kéretlen levelek"],
  hy: ["սպամ"],
  id: ["surat sampah", "email sampah"],
  is: ["ruslpóstur"],
  it: ["posta indesiderata", "indesiderata", "posta spazzatura"],
  ja: ["迷惑メール", "迷惑メールフォルダ", "スパム", "スパムメール"],
  ka: ["სპამი"],
  ko: ["스팸", "스팸메일", "스팸 메일", "스팸메일함", "스팸 메일함", "정크 메일", "정크메일"],
  lt: ["šlamštas", "brukalas", "nepageidaujami", "nepageidaujami laiškai"],
  lv: ["mēstules", "surogātpasts", "nevēlams e-pasts"],
  mk: ["несакана пошта"],
  ms: ["mel sarap", "e-mel remeh"],
  nb: ["søppelpost", "søppel-e-post", "uønsket e-post"],
  nl: ["ongewenste e-mail", "ongewenste mail", "ongewenst", "ongewenste berichten"],
  pl: ["wiadomości-śmieci", "niechciane", "niechciana poczta", "wiadomości niechciane"],
  pt: [
    "lixo eletrônico",
    "lixo electrónico",
    "correio não solicitado",
    "correio electrónico não solicitado",
    "e-mail de lixo",
    "indesejados",
  ],
  ro: ["e-mail nedorit", "mesaje nedorite", "nedorite"],
  ru: ["спам", "нежелательная почта", "нежелательные", "нежелательные письма"],
  sk: ["nevyžiadaná pošta", "nevyžiadané"],
  sl: ["neželena pošta", "neželena e-pošta", "vsiljena pošta"],
  sq: ["postë e padëshiruar", "mesazhe të padëshiruara"],
  sr: ["нежељена пошта", "neželjene poruke"],
  sv: ["skräppost", "oönskad e-post", "skräp"],
  th: ["จดหมายขยะ", "อีเมลขยะ", "สแปม"],
  tr: [
    "istenmeyen",
    "istenmeyen posta",
    "istenmeyen e-posta",
    "gereksiz",
    "gereksiz e-posta",
    "önemsiz",
  ],
  uk: ["спам", "небажана пошта", "небажані"],
  vi: ["thư rác", "email rác"],
  zh: ["垃圾邮件", "垃圾郵件", "垃圾信件", "垃圾电邮", "垃圾電郵", "垃圾电子邮件", "廣告信件"],
};

/** Names that mean junk mail with some servers and something else with others: asked last. */
const DOUBTFUL_NAMES = ["垃圾箱", "bulk", "basura", "quarantaine", "quarantine", "unwanted"];

/** Whole words by which a folder that could not be recognised may still be the one. */
const TELLING_WORDS = [
  "spam",
  "junk",
  "bulk",
  "спам",
  "spamverdacht",
  "quarantaine",
  "indesirable",
];

/** Which name a provider itself uses, where a mailbox has several that fit. */
const NAMES_BY_PROVIDER: Readonly<Record<string, readonly string[]>> = {
  aol: ["bulk mail", "bulk", "spam"],
  gmx: ["spamverdacht", "spam"],
  ionos: ["spamverdacht", "spam"],
  "mail.ru": ["спам", "spam"],
  orange: ["spam", "quarantaine"],
  outlook: ["junk email", "junk e-mail", "junk"],
  microsoft365: ["junk email", "junk e-mail", "junk"],
  "web.de": ["spam", "spamverdacht"],
  yahoo: ["bulk", "bulk mail", "spam"],
  yandex: ["spam", "спам"],
};

export const JUNK_NAMES: ReadonlySet<string> = new Set(
  Object.values(JUNK_NAMES_BY_LANGUAGE).flat().map(foldName),
);
export const DOUBTFUL_JUNK_NAMES: ReadonlySet<string> = new Set(DOUBTFUL_NAMES.map(foldName));
export const TELLING_JUNK_WORDS: ReadonlySet<string> = new Set(TELLING_WORDS.map(foldName));

/** The provider's own names for its spam folder, folded, the likeliest first. */
export function namesOfProvider(provider: string): readonly string[] {
  const name = provider.toLowerCase();
  return Object.hasOwn(NAMES_BY_PROVIDER, name)
    ? (NAMES_BY_PROVIDER[name] ?? []).map(foldName)
    : [];
}

/** Makes names comparable: compatibility forms, case and accents go. */
export function foldName(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/[\s_\p{Pd}]+/gu, " ")
    .trim();
}
