/*
 * See people.h. The shares below are those of real agency files: two given names for seven in ten,
 * surnames of two words for two in a hundred, a letter outside ASCII in the names of three in ten.
 */
#include "tool/people.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct names {
    const char *const *list; /* the more frequent come first */
    size_t count;
};

static const char *const women[] = {
    "Valentina",
    "Maria",
    "Milagros",
    "Agustina",
    "Abril",
    "Abigail",
    "Belen",
    "Sofia",
    "Candela",
    "Camila",
    "Rocio",
    "Micaela",
    "Aylen",
    "Ana",
    "Brisa",
    "Magali",
    "Priscila",
    "Ludmila",
    "Guadalupe",
    "Ailen",
    "Florencia",
    "Julieta",
    "Martina",
    "Lucia",
    "Victoria",
    "Antonella",
    "Pilar",
    "Luz",
    "Oriana",
    "Macarena",
    "Carolina",
    "Paula",
    "Catalina",
    "Delfina",
    "Morena",
    "Josefina",
    "Emilia",
    "Renata",
    "Constanza",
    "Daniela",
    "Malena",
    "Azul",
    "Nerea",
    "Tamara",
    "Selene",
    "Zoe",
    "Noelia",
    "Amparo",
    "Eugenia",
    "Graciela",
    "Soledad",
    "Yamila",
    "Inés",
    "Sofía",
    "Belén",
    "Begoña",
    "Itatí",
    "Nélida",
    "María de los Ángeles",
};
static const char *const men[] = {
    "Ezequiel",  "Agustin",   "Gabriel",         "Nicolas", "Alejandro", "Lautaro", "Santiago",  "Nahuel",
    "Lucas",     "Juan",      "Daniel",          "Joaquin", "Tomas",     "Ignacio", "Axel",      "Facundo",
    "Sebastian", "Benjamin",  "Thiago",          "Franco",  "Martin",    "Matias",  "David",     "Leonel",
    "Ariel",     "Emanuel",   "Gonzalo",         "Kevin",   "Jose",      "Uriel",   "Rodrigo",   "Valentin",
    "Luciano",   "Francisco", "Javier",          "Mateo",   "Fernando",  "Marcos",  "Bruno",     "Ciro",
    "Ulises",    "Dante",     "Federico",        "Ramiro",  "Elias",     "Simon",   "Bautista",  "Felipe",
    "Manuel",    "Pedro",     "Juan de la Cruz", "Tomás",   "Nicolás",   "Martín",  "José Luis", "Ángel",
    "Iñaki",     "Óscar",
};
static const char *const surnames[] = {
    "Rotman",    "Quispe",    "Fernández", "Salazar",    "Martínez",  "Rivas",    "Gonzales",  "Rivera",
    "León",      "Rosso",     "Vargas",    "Álvarez",    "Pereira",   "Leiva",    "Mejía",     "Santana",
    "Sosa",      "Rodríguez", "Lorca",     "Portillo",   "Sánchez",   "Giménez",  "Marini",    "Marín",
    "Mamani",    "López",     "Castro",    "Morales",    "Duarte",    "Giordano", "Hoffmann",  "Ibáñez",
    "Varela",    "Díaz",      "Mancuso",   "Hernández",  "Godoy",     "Castillo", "Mora",      "Ramírez",
    "Zambrano",  "Borges",    "Rojas",     "Silva",      "Carrizo",   "Vera",     "Marino",    "Lorenzo",
    "Nessi",     "Zurich",    "Schapira",  "Santos",     "Espinoza",  "Pereyra",  "Fava",      "Muñoz",
    "Flores",    "Farías",    "Galán",     "Valenzuela", "Sotomayor", "Gómez",    "Contreras", "Farina",
    "Casas",     "Soto",      "González",  "Acosta",     "Benítez",   "Medina",   "Herrera",   "Suárez",
    "Aguirre",   "Cabrera",   "Ponce",     "Ledesma",    "Maldonado", "Ojeda",    "Peralta",   "Bustamante",
    "Toledo",    "Núñez",     "Ferreyra",  "Domínguez",  "Villalba",  "Argüello", "Agüero",    "Ocampo",
    "Barrios",   "Ríos",      "Funes",     "Etcheverry", "Irigoyen",  "Yrigoyen", "Müller",    "Peña",
    "Nuñez",     "D'Elia",    "D'Angelo",  "O'Donnell",  "Saldaña",   "Ordóñez",  "Fornerón",  "Huarte",
    "Goicochea", "Pavón",     "Sala",      "Raimundo",   "Surace",    "Arellano", "Casares",   "Demichelis",
    "Pineda",    "Leal",      "Salem",
};
static const char *const long_surnames[] = {
    "De Luca", "De la Fuente", "Del Río", "Sáenz Peña", "San Martín", "De los Santos", "Ponce de León",
};

/* Names of one people; the given name and the surname of a person come from the same. */
struct script {
    const char *given[6];
    const char *surnames[6];
};

static const struct script scripts[] = {
    { { "Łukasz", "Małgorzata", "Zbigniew", "Agnieszka", "Wojciech", "Żaneta" },
      { "Wiśniewski", "Wójcik", "Kowalczyk", "Dąbrowska", "Szczęsny", "Gołąb" } },
    { { "Jiří", "Žofie", "Ondřej", "Běla", "Šárka", "Ľubica" },
      { "Dvořák", "Černý", "Růžičková", "Němec", "Hřebíček", "Šťastný" } },
    { { "Nguyễn Văn Đức", "Thị Hồng", "Minh Thuận", "Bảo Ngọc", "Hữu Phước", "Thùy Dương" },
      { "Nguyễn", "Trần", "Phạm", "Huỳnh", "Đặng", "Võ" } },
    { { "İbrahim", "Gülşen", "Çağrı", "Özlem", "Işıl", "Uğur" },
      { "Yılmaz", "Öztürk", "Şahin", "Kılıç", "Çelik", "Doğan" } },
    { { "Þórunn", "Sigríður", "Æsa", "Bjørn", "Åse", "Jürgen" },
      { "Þorsteinsdóttir", "Guðmundsson", "Sørensen", "Strauß", "Ångström", "Kjærgård" } },
    { { "Александр", "Наталья", "Юрий", "Ольга", "Фёдор", "Їжак" },
      { "Иванов", "Щербакова", "Кузнецов", "Шевченко", "Соловьёв", "Ґонта" } },
    { { "Γιώργος", "Ελένη", "Αλέξανδρος", "Μαρία", "Χρήστος", "Ζωή" },
      { "Παπαδόπουλος", "Οικονόμου", "Δημητρίου", "Νικολαΐδης", "Βασιλείου", "Λάμπρου" } },
    { { "Արամ", "Անահիտ", "Գրիգոր", "Նարե", "Հակոբ", "Լուսինե" },
      { "Պետրոսյան", "Հարությունյան", "Սարգսյան", "Գևորգյան", "Խաչատրյան", "Տեր-Պետրոսյան" } },
    { { "გიორგი", "ნინო", "ლევან", "თამარ", "ზურაბ", "მარიამ" },
      { "ბერიძე", "კაპანაძე", "ლომიძე", "მაისურაძე", "ჯავახიშვილი", "ყიფიანი" } },
    { { "محمد", "فاطمة", "يوسف", "ليلى", "عبد الرحمن", "نور" },
      { "حداد", "الخطيب", "النجار", "منصور", "شاهين", "القحطاني" } },
    { { "משה", "שרה", "דוד", "רחל", "יעקב", "נועה" }, { "כהן", "לוי", "מזרחי", "פרץ", "ביטון", "בן־דוד" } },
    { { "伟", "秀英", "娜", "小明", "静", "子涵" }, { "王", "李", "张", "欧阳", "陈", "黃" } },
    { { "太郎", "さくら", "結衣", "ケンジ", "美咲", "蓮" }, { "佐藤", "鈴木", "髙橋", "𠮷野", "渡邊", "比嘉" } },
    { { "민준", "서연", "지훈", "하은", "도윤", "수빈" }, { "김", "이", "박", "최", "황보", "남궁" } },
    { { "अर्जुन", "प्रिया", "विक्रम", "लक्ष्मी", "सिद्धार्थ", "कृष्णा" },
      { "शर्मा", "सिंह", "अग्रवाल", "त्रिपाठी", "चट्टोपाध्याय", "ठाकुर" } },
    { { "สมชาย", "มาลี", "ณัฐวุฒิ", "พิมพ์ชนก", "กิตติ", "อรุณี" }, { "ใจดี", "แสงทอง", "ศรีสุข", "วงศ์สว่าง", "บุญมี", "รัตนโกสินทร์" } },
};

static uint64_t percent(struct prng *prng)
{
    return prng_below(prng, 100);
}

/* The smaller of two throws: what stands first in a list comes up about twice as often as what
 * stands in the middle. */
static size_t pick(struct prng *prng, size_t count)
{
    size_t one = (size_t)prng_below(prng, count);
    size_t other = (size_t)prng_below(prng, count);

    return one < other ? one : other;
}

static void make_local_name(struct person *person, struct prng *prng)
{
    const struct names all[2] = { { women, COUNT(women) }, { men, COUNT(men) } };
    const struct names *names = &all[prng_below(prng, 2)];
    size_t first = pick(prng, names->count);
    size_t second = pick(prng, names->count);

    if (percent(prng) < 70 && first != second)
        (void)snprintf(person->name, sizeof person->name, "%s %s", names->list[first], names->list[second]);
    else
        (void)snprintf(person->name, sizeof person->name, "%s", names->list[first]);
    (void)snprintf(person->surname, sizeof person->surname, "%s",
                   percent(prng) < 2 ? long_surnames[prng_below(prng, COUNT(long_surnames))]
                                     : surnames[prng_below(prng, COUNT(surnames))]);
}

static void make_name_in_another_script(struct person *person, struct prng *prng)
{
    const struct script *script = &scripts[prng_below(prng, COUNT(scripts))];

    (void)snprintf(person->name, sizeof person->name, "%s", script->given[prng_below(prng, COUNT(script->given))]);
    (void)snprintf(person->surname, sizeof person->surname, "%s",
                   script->surnames[prng_below(prng, COUNT(script->surnames))]);
}

/* A nickname or an addition, which a CSV file can only hold in quotes. */
static void add_what_needs_quotes(struct person *person, struct prng *prng)
{
    static const char *const nicknames[] = { " \"Tito\"", " \"La Negra\"", " \"Pepe\"", " \"Cacho\"" };
    static const char *const additions[] = { ", hijo", ", viuda de Paz", ", (h)" };

    if (prng_below(prng, 2) == 0)
        (void)strcat(person->name, nicknames[prng_below(prng, COUNT(nicknames))]);
    else
        (void)strcat(person->surname, additions[prng_below(prng, COUNT(additions))]);
}

/* Of age whenever this runs, and so the same whenever it runs. */
static void make_birthdate(char out[static 11], struct prng *prng)
{
    static const uint8_t month_days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned year = 1945 + (unsigned)prng_below(prng, 60);
    unsigned month = (unsigned)prng_below(prng, 12);
    bool leap = year % 4 == 0; /* 2000 was one, and 1900 is out of reach */
    unsigned days = month_days[month] + (month == 1 && leap ? 1u : 0u);

    (void)snprintf(out, 11, "%04u-%02u-%02u", year % 10000, (month + 1) % 100,
                   ((unsigned)prng_below(prng, days) + 1) % 100);
}

void person_make(struct person *person, struct prng *prng, const struct people_settings *settings)
{
    if (percent(prng) < settings->other_scripts_percent)
        make_name_in_another_script(person, prng);
    else
        make_local_name(person, prng);
    if (settings->quoted && prng_below(prng, 20) == 0)
        add_what_needs_quotes(person, prng);
    make_birthdate(person->birthdate, prng);
    person->document = 20000000u + (uint32_t)prng_below(prng, 20000000u);
}
