// Every word of the page, Russian and English, and the language in use.

const WORDS = {
  subtitle: ["Локальный Telegram: всё по-настоящему, но на этом компьютере", "A local Telegram: all for real, on this computer"],
  offline: ["Программа остановлена. Запустите её снова: python main.py", "The program has ended. Start it again: python main.py"],
  language: ["Язык", "Language"],
  tabs: ["Чаты и пульт", "Chats and controls"],
  panel: ["Пульт", "Controls"],
  player: ["Игрок", "Player"],
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

  promise: ["Ни одного потерянного клика", "Not a click lost"],
  sent: ["Нажато", "Tapped"],
  counted: ["Сосчитано", "Counted"],
  stored: ["Сохранено", "Stored"],
  agree: ["Всё сходится", "All numbers agree"],
  noTaps: ["Нажмите «Клик», убейте бота, запустите снова", "Tap «Клик», kill the bot, start it again"],
  savingSoon: ["Сосчитано всё, скоро сохранится", "All counted, to be stored soon"],
  keptBy: ["{0} ждут в Telegram, пока бот выключен", "{0} wait in Telegram while the bot is off"],
  onTheWay: ["{0} в пути", "{0} on the way"],
  tickOne: ["хранит Telegram", "kept by Telegram"],
  tickTwo: ["в базе навсегда", "in the database for good"],

  troubles: ["Неприятности", "Troubles"],
  cut: ["Сеть оборвана", "Network cut"],
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
