// Every word of the page, Russian and English, and the language in use.

const WORDS = {
  subtitle: ["Локальный Telegram: всё по-настоящему, но на этом компьютере", "A local Telegram: all for real, on this computer"],
  offline: ["Программа остановлена. Запустите её снова: python main.py", "The program has ended. Start it again: python main.py"],
  language: ["Язык", "Language"],
  tabs: ["Чаты и пульт", "Chats and controls"],
  panel: ["Пульт", "Controls"],
  playerOf: ["игрок · чат с @{0}", "player · chat with @{0}"],
  adminOf: ["админ · здесь лежит база", "admin · the database lives here"],
  channelOf: ["канал, в котором пишет @{0}", "a channel in which @{0} posts"],
  blockedBot: ["заблокировал бота", "has blocked the bot"],

  bot: ["Бот", "The bot"],
  kill: ["Убить", "Kill"],
  killTitle: ["SIGKILL: процесс исчезает на полуслове, ничего не сохранив", "SIGKILL: the process is gone in mid-sentence, nothing is saved"],
  start: ["Запустить", "Start"],
  stop: ["Остановить", "Stop"],
  stopTitle: ["SIGTERM: последнее сохранение и выход", "SIGTERM: a last save, then the exit"],
  running: ["Работает", "Running"],
  stopping: ["Завершается…", "Stopping…"],
  stopped: ["Остановлен", "Stopped"],
  killed: ["Убит", "Killed"],
  ended: ["Завершился сам", "Ended by itself"],
  never: ["Не запущен", "Not started"],
  pid: ["процесс {0} · {1}", "process {0} · {1}"],
  status: ["код выхода {0} · {1} назад", "exit status {0} · {1} ago"],

  agree: ["Всё сходится", "All numbers agree"],
  savingSoon: ["Сосчитано всё, скоро сохранится", "All counted, to be stored soon"],
  keptBy: ["{0} ждут в Telegram, пока бот выключен", "{0} wait in Telegram while the bot is off"],
  onTheWay: ["{0} в пути", "{0} on the way"],
  tickOne: ["хранит Telegram", "kept by Telegram"],
  tickTwo: ["в базе навсегда", "in the database for good"],

  troubles: ["Неприятности", "Troubles"],
  cut: ["Сеть оборвана", "Network cut"],
  limit300: ["До 300 сообщений в секунду", "300 messages a second"],
  limitNone: ["Без общего лимита", "No limit over all chats"],
  latency: ["Задержка 1,5 с", "Latency 1.5 s"],
  "429": ["429 на ответы", "429 to answers"],
  "500": ["Ошибка 500", "Error 500"],
  "502": ["502, страница HTML", "502, an HTML page"],
  reset_before: ["Обрыв до записи базы", "Reset before a save"],
  reset_after: ["Обрыв после записи", "Reset after a save"],
  truncate: ["Обрезанная загрузка", "Truncated download"],
  damage: ["Испорченная загрузка", "Damaged download"],
  log: ["Журнал бота", "The bot's log"],

  pinned: ["Закреплённое сообщение", "Pinned message"],
  pinnedBy: ["{0}: закреплено сообщение", "{0} pinned a message"],
  document: ["Документ", "Document"],
  photo: ["Фото", "Photo"],
  video: ["Видео", "Video"],
  audio: ["Музыка", "Music"],
  voice: ["Голосовое сообщение", "Voice message"],
  video_note: ["Видеосообщение", "Video message"],
  sticker: ["Стикер", "Sticker"],
  contact: ["Контакт", "Contact"],
  location: ["Место", "Place"],
  poll: ["Опрос", "Poll"],
  dice: ["Кубик", "Die"],
  forwarded: ["Переслано", "Forwarded"],
  edited: ["изм.", "edited"],
  waits: ["ждёт в Telegram: бот ещё не подтвердил", "waits in Telegram: the bot has not confirmed it"],
  taken: ["бот подтвердил", "the bot has confirmed"],
  welcome: ["Считает клики и ничего не забывает. Нажмите «Запустить».", "Counts clicks and forgets nothing. Press “Start”."],
  welcomeAny: ["Нажмите «Запустить».", "Press “Start”."],
  begin: ["Запустить", "Start"],
  unblock: ["Разблокировать", "Unblock"],
  block: ["Заблокировать бота", "Block the bot"],
  rename: ["Сменить имя…", "Change the name…"],
  newName: ["Новое имя", "New name"],
  clear: ["Очистить чат", "Clear the chat"],
  edit: ["Изменить…", "Edit…"],
  delete: ["Удалить", "Delete"],
  pin: ["Закрепить", "Pin"],
  unpin: ["Открепить", "Unpin"],
  open: ["Открыть", "Open"],
  newText: ["Новый текст", "New text"],
  chatMenu: ["Действия в чате", "Chat actions"],
  messageMenu: ["Действия с сообщением", "Message actions"],
  burstTitle: ["20 быстрых нажатий", "20 quick taps"],
  attach: ["Отправить файл", "Send a file"],
  write: ["Сообщение", "Message"],
  send: ["Отправить", "Send"],
  keyboard: ["Клавиатура бота", "The bot's keyboard"],
  commands: ["Команды бота", "The bot's commands"],
  newest: ["К последнему", "To the newest"],
  empty: ["Здесь пока пусто", "Nothing here yet"],

  bots: ["Боты", "Bots"],
  who: ["Кто", "Who"],
  starting: ["Запускается…", "Starting…"],
  buyerOf: ["покупатель · чат с @{0}", "buyer · chat with @{0}"],
  strangerOf: ["незнакомец · чат с @{0}", "stranger · chat with @{0}"],
  eaterOf: ["считает · чат с @{0}", "counts · chat with @{0}"],
  sellerOf: ["автор · чат с @{0}", "seller · chat with @{0}"],
  stars: ["{0} ⭐", "{0} ⭐"],
  pay: ["Заплатить {0} ⭐", "Pay {0} ⭐"],
  invoice: ["Счёт на {0} ⭐", "Invoice for {0} ⭐"],
  receipt: ["Оплачено {0} ⭐", "Paid {0} ⭐"],
  successful_payment: ["Вы заплатили {0} ⭐", "You paid {0} ⭐"],
  refunded_payment: ["Вам вернули {0} ⭐", "{0} ⭐ were paid back to you"],
  waitsForBot: ["Остальное ждёт в Telegram, пока бот выключен", "The rest waits in Telegram while the bot is off"],
  storedSoon: ["Скоро сойдётся: сохранение идёт раз в 5 секунд", "Soon: a save is made every 5 seconds"],
  beyond: ["Сосчитано больше, чем видит страница: она знает числа, но не названия", "More was counted than the page sees: it knows numbers, not names"],
  twice: ["Что-то сосчитано дважды", "Something was counted twice"],
  clock: ["Часы", "Clock"],
  hour: ["+1 час", "+1 hour"],
  day: ["+1 день", "+1 day"],
  asNow: ["сейчас", "now"],
  ahead: ["вперёд на {0}", "ahead by {0}"],
  clockHint: ["Время Telegram и его ботов; назад оно не идёт", "The time of Telegram and its bots; it never goes back"],
  calls: ["Вызовы бота", "Calls of the bot"],
  callsFilter: ["Фильтр: sendMessage -getUpdates 400", "Filter: sendMessage -getUpdates 400"],
  callsShown: ["показано {0} из {1}", "{0} of {1} shown"],
  unknownNames: ["неизвестные параметры: {0}", "unknown parameters: {0}"],
  answer: ["Ответить", "Answer"],
  answering: ["Ответ на", "Answer to"],
  noAnswer: ["Не отвечать", "Do not answer"],
  react: ["Поставить {0}", "React {0}"],
  unreact: ["Убрать {0}", "Take {0} away"],
  reactions: ["Реакции: {0}", "Reactions: {0}"],
  showQuoted: ["Показать сообщение", "Show the message"],
  message: ["Сообщение", "Message"],
  extras: ["Отправить ещё что-то", "Send something else"],
  sendAlbum: ["Альбом из трёх фото", "An album of three photos"],
  sendVoice: ["Голосовое", "A voice message"],
  sendSticker: ["Стикер", "A sticker"],
  sendContact: ["Свой контакт", "My contact"],
  sendLocation: ["Место", "A place"],
  unread: ["Новых: {0}", "{0} new"],
  animation: ["GIF", "GIF"],
  gift: ["Подарок", "Gift"],

  download: ["Скачать", "Download"],
  close: ["Закрыть", "Close"],
  bytes: ["{0} Б", "{0} B"],
  kilobytes: ["{0} КБ", "{0} KB"],
  generation: ["поколение", "generation"],
  epoch: ["эпоха", "epoch"],
  saved_at: ["сохранено", "saved at"],
  users: ["игроков", "players"],
  clicks: ["кликов", "clicks"],
  unpacked: ["распаковано, {0}", "unpacked, {0}"],
  binary: ["Двоичный файл: {0}. Его можно скачать.", "A binary file: {0}. It can be downloaded."],
  cutShort: ["… показано начало, остальное в файле", "… this is the beginning, the rest is in the file"],
};

const LANGUAGES = ["ru", "en"];

export const language = {
  now: localStorage.getItem("language") === "en" ? "en" : "ru",

  choose(name) {
    this.now = name;
    localStorage.setItem("language", name);
    document.documentElement.lang = name;
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", button.dataset.language === name);
    }
    translate(document.body);
  },
};

/** The words of this name in the language in use, {0}, {1}, … filled in. */
export function say(name, ...values) {
  const words = WORDS[name]?.[LANGUAGES.indexOf(language.now)] ?? name;
  return words.replace(/\{(\d)\}/g, (_, index) => values[index]);
}

/** The one of [Russian, English] that is in use. */
export function pick(pair) {
  return pair[LANGUAGES.indexOf(language.now)];
}

/** Put words wherever an element asks for them with data-word, data-label, data-title or data-placeholder. */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const element of root.querySelectorAll("[data-label]")) element.ariaLabel = say(element.dataset.label);
  for (const element of root.querySelectorAll("[data-title]")) element.title = say(element.dataset.title);
  for (const element of root.querySelectorAll("[data-placeholder]")) {
    element.placeholder = say(element.dataset.placeholder);
  }
}

/** A number of bytes for people. */
export function size(bytes) {
  if (bytes < 1024) return say("bytes", bytes);
  return say("kilobytes", (bytes / 1024).toLocaleString(language.now, { maximumFractionDigits: 1 }));
}

/** A number of seconds for people, as a clock shows it. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** A Unix time as hours and minutes. */
export function time(date) {
  return new Date(date * 1000).toLocaleTimeString(language.now, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** A Unix time as hours, minutes and seconds. */
export function clock(date) {
  return new Date(date * 1000).toLocaleTimeString(language.now, { hour12: false });
}

/** A Unix time with its day. */
export function moment(date) {
  const shape = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  return new Date(date * 1000).toLocaleString(language.now, shape);
}
