"""What is asked of an ad: the question, the label and the demands of each field; part of what people read."""

from runtime.languages import Phrase

ASKED = {
    "title": Phrase("Номини ёзинг."),
    "year": Phrase("Йилини ёзинг."),
    "mileage": Phrase("Пробегини ёзинг."),
    "rooms": Phrase("Хоналар сонини ёзинг."),
    "area": Phrase("Майдонини ёзинг."),
    "condition": Phrase("Ҳолатини ёзинг."),
    "price": Phrase("Нархини ёзинг."),
    "place": Phrase("Манзилини ёзинг."),
    "description": Phrase("Тавсифини ёзинг."),
    "contact": Phrase("Телефон рақамингизни юборинг ёки @username ёзинг."),
}

LABELS = {
    "title": Phrase("Номи"),
    "year": Phrase("Йили"),
    "mileage": Phrase("Пробег"),
    "rooms": Phrase("Хоналар сони"),
    "area": Phrase("Майдони"),
    "condition": Phrase("Ҳолати"),
    "price": Phrase("Нархи"),
    "place": Phrase("Манзили"),
    "description": Phrase("Тавсифи"),
    "contact": Phrase("Мурожаат"),
}

EXPECTED = {
    "title": Phrase("Номи: 1 дан 100 тагача белги."),
    "year": Phrase("Йили: 1900 дан {year} гача бутун сон."),
    "mileage": Phrase("Пробег: 0 дан 9 999 999 гача бутун сон, масалан 35000."),
    "rooms": Phrase("Хоналар сони: 1 дан 99 гача бутун сон."),
    "area": Phrase("Майдони: 1 дан 999 999 гача бутун сон."),
    "condition": Phrase("Ҳолати: 1 дан 100 тагача белги."),
    "price": Phrase("Нархи: масалан 7000 $, 15 000 000 сўм ёки келишилади."),
    "place": Phrase("Манзили: 1 дан 100 тагача белги."),
    "description": Phrase("Тавсифи: 1 дан 2000 тагача белги."),
    "contact": Phrase("Мурожаат: +998931234567 каби телефон рақам ёки @username."),
}
