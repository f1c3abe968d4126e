// The bot on grammY: a counter in memory and an answer.
// `npm install --prefix DIRECTORY grammy@1.46.0`, and name DIRECTORY in the variable GRAMMY.
const { Bot } = require("grammy");

const bot = new Bot(process.env.BOT_TOKEN, { client: { apiRoot: process.env.BOT_API_URL.replace(/\/$/, "") } });
const counts = new Map();

bot.hears("Клик", async (context) => {
    const count = (counts.get(context.chat.id) ?? 0) + 1;
    counts.set(context.chat.id, count);
    await context.reply(`Кликов: ${count} 🏆`);
});

bot.start({ onStart: () => console.log("Ready") });
