-- A dissector of the sorteo protocol for Wireshark 4. Made by `make gen` from grammar/ (src/generator/dissector.py).
-- Not to be edited. examples/wireshark.md says how to use it.

local CODES = {
    { "utf8", "not well-formed UTF-8, or a character that does not fit its name's length" },
    { "control", "a control character in a name" },
    { "date", "not a day of the calendar, YYYY-MM-DD" },
    { "limit", "the frame must become longer than the limit" },
    { "answer", "an answer is 0 or 1" },
    { "receipt", "not the receipt of this dialect" },
    { "unexpected", "a byte where no frame is due" },
    { "truncated", "the stream ended inside a frame" },
    { "window", "the caller dropped bytes that the decoder had asked to keep" },
    { "length", "longer than its length field can say in this dialect" },
    { "count", "a count that its field cannot say, or a batch without a bet" },
    { "packet", "does not fit into the packet" },
    { "space", "the caller's buffer is too small" },
    { "value", "a value that its field cannot have in this dialect" },
    { "agency", "the batch names its agency once, and a bet in it is of another" },
}

local DIALECTS = {
{
    name = "wide",
    number = 0,
    parameters = { length_size = 2, key_size = 0, winners_size = 2, receipt = 1, batch_agency_size = 0 },
    sizes = { batch_head = 2, bet_fixed = 21, bet_least = 21, bet_agency = 1, single_fixed = 21, single_least = 21 },
    field_list = {
        { name = "AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "BATCH_AGENCY", kind = "integer", size = 0 },
        { name = "BET_AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "NAME_N", kind = "integer", size = 2, length_of = "NAME" },
        { name = "NAME", kind = "text", size = 0 },
        { name = "SURNAME_N", kind = "integer", size = 2, length_of = "SURNAME" },
        { name = "SURNAME", kind = "text", size = 0 },
        { name = "DOCUMENT", kind = "integer", size = 4, value = "document" },
        { name = "BIRTHDATE", kind = "chars", size = 10 },
        { name = "NUMBER", kind = "integer", size = 2, value = "number" },
        { name = "N_BETS", kind = "integer", size = 2, value = "n_bets" },
        { name = "NO_BETS", kind = "integer", size = 2 },
        { name = "KEY", kind = "integer", size = 0 },
        { name = "N_WINNERS", kind = "integer", size = 2, value = "n_winners" },
        { name = "STORED", kind = "integer", size = 1 },
        { name = "REFUSED", kind = "integer", size = 1 },
    },
    frames = {
        BET = { head = { "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        ITEM = { head = { "BET_AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        SINGLE = { head = { "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        BATCH = { head = { "N_BETS" }, items = { "BET_AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        FINISH = { head = { "NO_BETS", "AGENCY" } },
        WINNERS = { head = { "N_WINNERS" }, items = { "DOCUMENT" } },
    },
    entries = { agency_stream = 166, bet_stream = 167, answer = 151, winners = 152, silence = 170 },
    guards = {
        "",
        "n_bets_fits",
        "!n_bets_fits",
        "!in_list",
        "in_list",
        "n_bets_high_fits,!in_list",
        "!n_bets_high_fits,!in_list",
        "length_high_fits",
        "!length_high_fits",
        "length_fits",
        "!length_fits",
        "in_text",
        "!in_text,length_high_fits",
        "in_text,room_2",
        "in_text,room_3",
        "in_text,room_4",
        "!in_text,!length_high_fits",
        "!in_text,!room_2,!length_high_fits",
        "!in_text,room_2,!length_high_fits",
        "!in_text,!room_3,!length_high_fits",
        "!in_text,room_3,!length_high_fits",
        "!in_text,!room_4,!length_high_fits",
        "!in_text,room_4,!length_high_fits",
        "in_text,!length_high_fits",
        "in_text,length_high_fits",
        "in_text,!room_2,!length_high_fits",
        "in_text,!room_2,length_high_fits",
        "in_text,!room_3,!length_high_fits",
        "in_text,!room_3,length_high_fits",
        "in_text,!room_4,!length_high_fits",
        "in_text,!room_4,length_high_fits",
        "!in_text",
        "in_text,!room_2",
        "in_text,!room_3",
        "in_text,!room_4",
        "n_bets_high_fits",
        "!n_bets_high_fits",
        "single_fits",
        "!single_fits",
        "!in_text,!room_2",
        "!in_text,room_2",
        "!in_text,!room_3",
        "!in_text,room_3",
        "!in_text,!room_4",
        "!in_text,room_4",
    },
    actions = {
        "",
        "birthdate_error,birthdate_value",
        "n_bets_byte,batch_begin",
        "n_bets_error,n_bets_value",
        "agency_byte,finish",
        "receipt",
        "receipt_error",
        "n_bets_byte",
        "bet_begin,agency_byte",
        "n_bets_error,n_bets_value,item_error,bet_agency_value",
        "length_byte",
        "name_n_error,name_n_value",
        "length_byte,name_n",
        "text_byte",
        "c0_error,name_error,surname_n_error,surname_n_value",
        "length_byte,surname_n",
        "surname_n_error,surname_n_value",
        "document_byte",
        "c0_error,surname_error,document_value",
        "number_byte",
        "number_byte,batch_bet",
        "c1_error,surname_error,surname_value",
        "surname_error,surname_value",
        "c1_error,name_error,name_value",
        "name_error,name_value",
        "number_byte,single_end",
        "refused",
        "stored",
        "answer_error",
        "n_winners_byte",
        "n_winners_byte,winners_begin",
        "document_byte,winner",
        "single_begin,bet_begin,agency_byte",
        "single_error,agency_value",
        "item_error,document_value",
        "c0_error,name_error",
    },
    rows = [[
1 30 30 1 2 1
1 31 31 1 30 1
1 33 33 1 30 1
1 35 35 1 30 1
1 37 37 1 30 1
1 39 39 1 30 1
1 32 32 1 31 1
1 34 34 1 31 1
1 36 36 1 31 1
1 38 38 1 31 1
1 0 2f 1 0 2
1 3a ff 1 0 2
2 30 30 1 3 1
2 31 33 1 27 1
2 35 37 1 27 1
2 39 39 1 27 1
2 34 34 1 29 1
2 38 38 1 29 1
2 0 2f 1 0 2
2 3a ff 1 0 2
3 30 30 1 4 1
3 31 31 1 25 1
3 33 33 1 25 1
3 35 35 1 25 1
3 37 37 1 25 1
3 39 39 1 25 1
3 32 32 1 26 1
3 34 34 1 26 1
3 36 36 1 26 1
3 38 38 1 26 1
3 0 2f 1 0 2
3 3a ff 1 0 2
4 31 33 1 5 1
4 35 37 1 5 1
4 39 39 1 5 1
4 34 34 1 20 1
4 38 38 1 20 1
4 0 30 1 0 2
4 3a ff 1 0 2
5 2d 2d 1 6 1
5 0 2c 1 0 2
5 2e ff 1 0 2
6 30 30 1 7 1
6 31 31 1 19 1
6 0 2f 1 0 2
6 32 ff 1 0 2
7 31 31 1 8 1
7 33 33 1 8 1
7 35 35 1 8 1
7 37 38 1 8 1
7 32 32 1 13 1
7 34 34 1 16 1
7 36 36 1 16 1
7 39 39 1 16 1
7 0 30 1 0 2
7 3a ff 1 0 2
8 2d 2d 1 9 1
8 0 2c 1 0 2
8 2e ff 1 0 2
9 30 30 1 10 1
9 31 32 1 11 1
9 33 33 1 12 1
9 0 2f 1 0 2
9 34 ff 1 0 2
10 31 39 1 165 1
10 0 30 1 0 2
10 3a ff 1 0 2
11 30 39 1 165 1
11 0 2f 1 0 2
11 3a ff 1 0 2
12 30 31 1 165 1
12 0 2f 1 0 2
12 32 ff 1 0 2
13 2d 2d 1 14 1
13 0 2c 1 0 2
13 2e ff 1 0 2
14 30 30 1 10 1
14 31 31 1 11 1
14 32 32 1 15 1
14 0 2f 1 0 2
14 33 ff 1 0 2
15 30 38 1 165 1
15 0 2f 1 0 2
15 39 ff 1 0 2
16 2d 2d 1 17 1
16 0 2c 1 0 2
16 2e ff 1 0 2
17 30 30 1 10 1
17 31 32 1 11 1
17 33 33 1 18 1
17 0 2f 1 0 2
17 34 ff 1 0 2
18 30 30 1 165 1
18 0 2f 1 0 2
18 31 ff 1 0 2
19 30 30 1 8 1
19 32 32 1 8 1
19 31 31 1 16 1
19 0 2f 1 0 2
19 33 ff 1 0 2
20 2d 2d 1 21 1
20 0 2c 1 0 2
20 2e ff 1 0 2
21 31 31 1 19 1
21 30 30 1 22 1
21 0 2f 1 0 2
21 32 ff 1 0 2
22 31 31 1 8 1
22 33 33 1 8 1
22 35 35 1 8 1
22 37 38 1 8 1
22 34 34 1 16 1
22 36 36 1 16 1
22 39 39 1 16 1
22 32 32 1 23 1
22 0 30 1 0 2
22 3a ff 1 0 2
23 2d 2d 1 24 1
23 0 2c 1 0 2
23 2e ff 1 0 2
24 30 30 1 10 1
24 31 32 1 11 1
24 0 2f 1 0 2
24 33 ff 1 0 2
25 30 31 1 5 1
25 33 35 1 5 1
25 37 39 1 5 1
25 32 32 1 20 1
25 36 36 1 20 1
25 0 2f 1 0 2
25 3a ff 1 0 2
26 31 33 1 5 1
26 35 37 1 5 1
26 39 39 1 5 1
26 30 30 1 20 1
26 34 34 1 20 1
26 38 38 1 20 1
26 0 2f 1 0 2
26 3a ff 1 0 2
27 31 31 1 25 1
27 33 33 1 25 1
27 35 35 1 25 1
27 37 37 1 25 1
27 39 39 1 25 1
27 32 32 1 26 1
27 34 34 1 26 1
27 36 36 1 26 1
27 38 38 1 26 1
27 30 30 1 28 1
27 0 2f 1 0 2
27 3a ff 1 0 2
28 30 33 1 5 1
28 35 37 1 5 1
28 39 39 1 5 1
28 34 34 1 20 1
28 38 38 1 20 1
28 0 2f 1 0 2
28 3a ff 1 0 2
29 31 31 1 25 1
29 33 33 1 25 1
29 35 35 1 25 1
29 37 37 1 25 1
29 39 39 1 25 1
29 30 30 1 26 1
29 32 32 1 26 1
29 34 34 1 26 1
29 36 36 1 26 1
29 38 38 1 26 1
29 0 2f 1 0 2
29 3a ff 1 0 2
30 30 31 1 27 1
30 33 35 1 27 1
30 37 39 1 27 1
30 32 32 1 29 1
30 36 36 1 29 1
30 0 2f 1 0 2
30 3a ff 1 0 2
31 31 33 1 27 1
31 35 37 1 27 1
31 39 39 1 27 1
31 30 30 1 29 1
31 34 34 1 29 1
31 38 38 1 29 1
31 0 2f 1 0 2
31 3a ff 1 0 2
32 0 0 1 33 1
32 1 ff 2 35 3
32 1 ff 3 0 4
33 0 ff 1 34 5
34 1 1 1 166 6
34 0 0 1 0 7
34 2 ff 1 0 7
35 0 0 4 32 8
35 0 ff 5 36 9
35 1 ff 6 93 8
35 1 ff 7 0 10
36 0 ff 8 37 11
36 0 ff 9 0 12
37 0 ff 10 38 13
37 0 ff 11 0 12
38 20 7e 12 38 14
38 0 ff 13 39 11
38 c2 c2 14 85 14
38 c3 df 14 86 14
38 e0 e0 15 87 14
38 e1 ec 15 88 14
38 ee ef 15 88 14
38 ed ed 15 89 14
38 f0 f0 16 90 14
38 f1 f3 16 91 14
38 f4 f4 16 92 14
38 0 c1 17 0 15
38 f5 ff 17 0 15
38 c2 df 18 0 15
38 c2 df 19 0 15
38 e0 ef 20 0 15
38 e0 ef 21 0 15
38 f0 f4 22 0 15
38 f0 f4 23 0 15
38 0 1f 24 0 15
38 7f c1 24 0 15
38 f5 ff 24 0 15
38 0 1f 25 0 15
38 7f c1 25 0 15
38 f5 ff 25 0 15
38 c2 df 26 0 15
38 c2 df 27 0 15
38 e0 ef 28 0 15
38 e0 ef 29 0 15
38 f0 f4 30 0 15
38 f0 f4 31 0 15
39 0 ff 10 40 16
39 0 ff 11 0 17
40 20 7e 12 40 14
40 0 ff 32 41 18
40 c2 c2 14 77 14
40 c3 df 14 78 14
40 e0 e0 15 79 14
40 e1 ec 15 80 14
40 ee ef 15 80 14
40 ed ed 15 81 14
40 f0 f0 16 82 14
40 f1 f3 16 83 14
40 f4 f4 16 84 14
40 0 1f 12 0 19
40 7f c1 12 0 19
40 f5 ff 12 0 19
40 c2 df 33 0 19
40 e0 ef 34 0 19
40 f0 f4 35 0 19
41 0 ff 1 42 18
42 0 ff 1 43 18
43 0 ff 1 44 18
44 30 30 1 45 1
44 31 31 1 75 1
44 33 33 1 75 1
44 35 35 1 75 1
44 37 37 1 75 1
44 39 39 1 75 1
44 32 32 1 76 1
44 34 34 1 76 1
44 36 36 1 76 1
44 38 38 1 76 1
44 0 2f 1 0 2
44 3a ff 1 0 2
45 30 30 1 46 1
45 31 33 1 72 1
45 35 37 1 72 1
45 39 39 1 72 1
45 34 34 1 74 1
45 38 38 1 74 1
45 0 2f 1 0 2
45 3a ff 1 0 2
46 30 30 1 47 1
46 31 31 1 70 1
46 33 33 1 70 1
46 35 35 1 70 1
46 37 37 1 70 1
46 39 39 1 70 1
46 32 32 1 71 1
46 34 34 1 71 1
46 36 36 1 71 1
46 38 38 1 71 1
46 0 2f 1 0 2
46 3a ff 1 0 2
47 31 33 1 48 1
47 35 37 1 48 1
47 39 39 1 48 1
47 34 34 1 65 1
47 38 38 1 65 1
47 0 30 1 0 2
47 3a ff 1 0 2
48 2d 2d 1 49 1
48 0 2c 1 0 2
48 2e ff 1 0 2
49 30 30 1 50 1
49 31 31 1 64 1
49 0 2f 1 0 2
49 32 ff 1 0 2
50 31 31 1 51 1
50 33 33 1 51 1
50 35 35 1 51 1
50 37 38 1 51 1
50 32 32 1 58 1
50 34 34 1 61 1
50 36 36 1 61 1
50 39 39 1 61 1
50 0 30 1 0 2
50 3a ff 1 0 2
51 2d 2d 1 52 1
51 0 2c 1 0 2
51 2e ff 1 0 2
52 30 30 1 53 1
52 31 32 1 56 1
52 33 33 1 57 1
52 0 2f 1 0 2
52 34 ff 1 0 2
53 31 39 1 54 1
53 0 30 1 0 2
53 3a ff 1 0 2
54 0 ff 1 55 20
55 0 ff 1 35 21
56 30 39 1 54 1
56 0 2f 1 0 2
56 3a ff 1 0 2
57 30 31 1 54 1
57 0 2f 1 0 2
57 32 ff 1 0 2
58 2d 2d 1 59 1
58 0 2c 1 0 2
58 2e ff 1 0 2
59 30 30 1 53 1
59 31 31 1 56 1
59 32 32 1 60 1
59 0 2f 1 0 2
59 33 ff 1 0 2
60 30 38 1 54 1
60 0 2f 1 0 2
60 39 ff 1 0 2
61 2d 2d 1 62 1
61 0 2c 1 0 2
61 2e ff 1 0 2
62 30 30 1 53 1
62 31 32 1 56 1
62 33 33 1 63 1
62 0 2f 1 0 2
62 34 ff 1 0 2
63 30 30 1 54 1
63 0 2f 1 0 2
63 31 ff 1 0 2
64 30 30 1 51 1
64 32 32 1 51 1
64 31 31 1 61 1
64 0 2f 1 0 2
64 33 ff 1 0 2
65 2d 2d 1 66 1
65 0 2c 1 0 2
65 2e ff 1 0 2
66 31 31 1 64 1
66 30 30 1 67 1
66 0 2f 1 0 2
66 32 ff 1 0 2
67 31 31 1 51 1
67 33 33 1 51 1
67 35 35 1 51 1
67 37 38 1 51 1
67 34 34 1 61 1
67 36 36 1 61 1
67 39 39 1 61 1
67 32 32 1 68 1
67 0 30 1 0 2
67 3a ff 1 0 2
68 2d 2d 1 69 1
68 0 2c 1 0 2
68 2e ff 1 0 2
69 30 30 1 53 1
69 31 32 1 56 1
69 0 2f 1 0 2
69 33 ff 1 0 2
70 30 31 1 48 1
70 33 35 1 48 1
70 37 39 1 48 1
70 32 32 1 65 1
70 36 36 1 65 1
70 0 2f 1 0 2
70 3a ff 1 0 2
71 31 33 1 48 1
71 35 37 1 48 1
71 39 39 1 48 1
71 30 30 1 65 1
71 34 34 1 65 1
71 38 38 1 65 1
71 0 2f 1 0 2
71 3a ff 1 0 2
72 31 31 1 70 1
72 33 33 1 70 1
72 35 35 1 70 1
72 37 37 1 70 1
72 39 39 1 70 1
72 32 32 1 71 1
72 34 34 1 71 1
72 36 36 1 71 1
72 38 38 1 71 1
72 30 30 1 73 1
72 0 2f 1 0 2
72 3a ff 1 0 2
73 30 33 1 48 1
73 35 37 1 48 1
73 39 39 1 48 1
73 34 34 1 65 1
73 38 38 1 65 1
73 0 2f 1 0 2
73 3a ff 1 0 2
74 31 31 1 70 1
74 33 33 1 70 1
74 35 35 1 70 1
74 37 37 1 70 1
74 39 39 1 70 1
74 30 30 1 71 1
74 32 32 1 71 1
74 34 34 1 71 1
74 36 36 1 71 1
74 38 38 1 71 1
74 0 2f 1 0 2
74 3a ff 1 0 2
75 30 31 1 72 1
75 33 35 1 72 1
75 37 39 1 72 1
75 32 32 1 74 1
75 36 36 1 74 1
75 0 2f 1 0 2
75 3a ff 1 0 2
76 31 33 1 72 1
76 35 37 1 72 1
76 39 39 1 72 1
76 30 30 1 74 1
76 34 34 1 74 1
76 38 38 1 74 1
76 0 2f 1 0 2
76 3a ff 1 0 2
77 a0 bf 1 40 14
77 0 9f 1 0 22
77 c0 ff 1 0 22
78 80 bf 1 40 14
78 0 7f 1 0 23
78 c0 ff 1 0 23
79 a0 bf 1 78 14
79 0 9f 1 0 23
79 c0 ff 1 0 23
80 80 bf 1 78 14
80 0 7f 1 0 23
80 c0 ff 1 0 23
81 80 9f 1 78 14
81 0 7f 1 0 23
81 a0 ff 1 0 23
82 90 bf 1 80 14
82 0 8f 1 0 23
82 c0 ff 1 0 23
83 80 bf 1 80 14
83 0 7f 1 0 23
83 c0 ff 1 0 23
84 80 8f 1 80 14
84 0 7f 1 0 23
84 90 ff 1 0 23
85 a0 bf 1 38 14
85 0 9f 1 0 24
85 c0 ff 1 0 24
86 80 bf 1 38 14
86 0 7f 1 0 25
86 c0 ff 1 0 25
87 a0 bf 1 86 14
87 0 9f 1 0 25
87 c0 ff 1 0 25
88 80 bf 1 86 14
88 0 7f 1 0 25
88 c0 ff 1 0 25
89 80 9f 1 86 14
89 0 7f 1 0 25
89 a0 ff 1 0 25
90 90 bf 1 88 14
90 0 8f 1 0 25
90 c0 ff 1 0 25
91 80 bf 1 88 14
91 0 7f 1 0 25
91 c0 ff 1 0 25
92 80 8f 1 88 14
92 0 7f 1 0 25
92 90 ff 1 0 25
93 0 ff 2 35 3
93 0 ff 3 0 4
94 0 ff 8 95 11
94 0 ff 9 0 12
95 0 ff 10 96 13
95 0 ff 11 0 12
96 20 7e 12 96 14
96 0 ff 13 97 11
96 c2 c2 14 143 14
96 c3 df 14 144 14
96 e0 e0 15 145 14
96 e1 ec 15 146 14
96 ee ef 15 146 14
96 ed ed 15 147 14
96 f0 f0 16 148 14
96 f1 f3 16 149 14
96 f4 f4 16 150 14
96 0 c1 17 0 15
96 f5 ff 17 0 15
96 c2 df 18 0 15
96 c2 df 19 0 15
96 e0 ef 20 0 15
96 e0 ef 21 0 15
96 f0 f4 22 0 15
96 f0 f4 23 0 15
96 0 1f 24 0 15
96 7f c1 24 0 15
96 f5 ff 24 0 15
96 0 1f 25 0 15
96 7f c1 25 0 15
96 f5 ff 25 0 15
96 c2 df 26 0 15
96 c2 df 27 0 15
96 e0 ef 28 0 15
96 e0 ef 29 0 15
96 f0 f4 30 0 15
96 f0 f4 31 0 15
97 0 ff 10 98 16
97 0 ff 11 0 17
98 20 7e 12 98 14
98 0 ff 32 99 18
98 c2 c2 14 135 14
98 c3 df 14 136 14
98 e0 e0 15 137 14
98 e1 ec 15 138 14
98 ee ef 15 138 14
98 ed ed 15 139 14
98 f0 f0 16 140 14
98 f1 f3 16 141 14
98 f4 f4 16 142 14
98 0 1f 12 0 19
98 7f c1 12 0 19
98 f5 ff 12 0 19
98 c2 df 33 0 19
98 e0 ef 34 0 19
98 f0 f4 35 0 19
99 0 ff 1 100 18
100 0 ff 1 101 18
101 0 ff 1 102 18
102 30 30 1 103 1
102 31 31 1 133 1
102 33 33 1 133 1
102 35 35 1 133 1
102 37 37 1 133 1
102 39 39 1 133 1
102 32 32 1 134 1
102 34 34 1 134 1
102 36 36 1 134 1
102 38 38 1 134 1
102 0 2f 1 0 2
102 3a ff 1 0 2
103 30 30 1 104 1
103 31 33 1 130 1
103 35 37 1 130 1
103 39 39 1 130 1
103 34 34 1 132 1
103 38 38 1 132 1
103 0 2f 1 0 2
103 3a ff 1 0 2
104 30 30 1 105 1
104 31 31 1 128 1
104 33 33 1 128 1
104 35 35 1 128 1
104 37 37 1 128 1
104 39 39 1 128 1
104 32 32 1 129 1
104 34 34 1 129 1
104 36 36 1 129 1
104 38 38 1 129 1
104 0 2f 1 0 2
104 3a ff 1 0 2
105 31 33 1 106 1
105 35 37 1 106 1
105 39 39 1 106 1
105 34 34 1 123 1
105 38 38 1 123 1
105 0 30 1 0 2
105 3a ff 1 0 2
106 2d 2d 1 107 1
106 0 2c 1 0 2
106 2e ff 1 0 2
107 30 30 1 108 1
107 31 31 1 122 1
107 0 2f 1 0 2
107 32 ff 1 0 2
108 31 31 1 109 1
108 33 33 1 109 1
108 35 35 1 109 1
108 37 38 1 109 1
108 32 32 1 116 1
108 34 34 1 119 1
108 36 36 1 119 1
108 39 39 1 119 1
108 0 30 1 0 2
108 3a ff 1 0 2
109 2d 2d 1 110 1
109 0 2c 1 0 2
109 2e ff 1 0 2
110 30 30 1 111 1
110 31 32 1 114 1
110 33 33 1 115 1
110 0 2f 1 0 2
110 34 ff 1 0 2
111 31 39 1 112 1
111 0 30 1 0 2
111 3a ff 1 0 2
112 0 ff 1 113 20
113 0 ff 1 167 26
114 30 39 1 112 1
114 0 2f 1 0 2
114 3a ff 1 0 2
115 30 31 1 112 1
115 0 2f 1 0 2
115 32 ff 1 0 2
116 2d 2d 1 117 1
116 0 2c 1 0 2
116 2e ff 1 0 2
117 30 30 1 111 1
117 31 31 1 114 1
117 32 32 1 118 1
117 0 2f 1 0 2
117 33 ff 1 0 2
118 30 38 1 112 1
118 0 2f 1 0 2
118 39 ff 1 0 2
119 2d 2d 1 120 1
119 0 2c 1 0 2
119 2e ff 1 0 2
120 30 30 1 111 1
120 31 32 1 114 1
120 33 33 1 121 1
120 0 2f 1 0 2
120 34 ff 1 0 2
121 30 30 1 112 1
121 0 2f 1 0 2
121 31 ff 1 0 2
122 30 30 1 109 1
122 32 32 1 109 1
122 31 31 1 119 1
122 0 2f 1 0 2
122 33 ff 1 0 2
123 2d 2d 1 124 1
123 0 2c 1 0 2
123 2e ff 1 0 2
124 31 31 1 122 1
124 30 30 1 125 1
124 0 2f 1 0 2
124 32 ff 1 0 2
125 31 31 1 109 1
125 33 33 1 109 1
125 35 35 1 109 1
125 37 38 1 109 1
125 34 34 1 119 1
125 36 36 1 119 1
125 39 39 1 119 1
125 32 32 1 126 1
125 0 30 1 0 2
125 3a ff 1 0 2
126 2d 2d 1 127 1
126 0 2c 1 0 2
126 2e ff 1 0 2
127 30 30 1 111 1
127 31 32 1 114 1
127 0 2f 1 0 2
127 33 ff 1 0 2
128 30 31 1 106 1
128 33 35 1 106 1
128 37 39 1 106 1
128 32 32 1 123 1
128 36 36 1 123 1
128 0 2f 1 0 2
128 3a ff 1 0 2
129 31 33 1 106 1
129 35 37 1 106 1
129 39 39 1 106 1
129 30 30 1 123 1
129 34 34 1 123 1
129 38 38 1 123 1
129 0 2f 1 0 2
129 3a ff 1 0 2
130 31 31 1 128 1
130 33 33 1 128 1
130 35 35 1 128 1
130 37 37 1 128 1
130 39 39 1 128 1
130 32 32 1 129 1
130 34 34 1 129 1
130 36 36 1 129 1
130 38 38 1 129 1
130 30 30 1 131 1
130 0 2f 1 0 2
130 3a ff 1 0 2
131 30 33 1 106 1
131 35 37 1 106 1
131 39 39 1 106 1
131 34 34 1 123 1
131 38 38 1 123 1
131 0 2f 1 0 2
131 3a ff 1 0 2
132 31 31 1 128 1
132 33 33 1 128 1
132 35 35 1 128 1
132 37 37 1 128 1
132 39 39 1 128 1
132 30 30 1 129 1
132 32 32 1 129 1
132 34 34 1 129 1
132 36 36 1 129 1
132 38 38 1 129 1
132 0 2f 1 0 2
132 3a ff 1 0 2
133 30 31 1 130 1
133 33 35 1 130 1
133 37 39 1 130 1
133 32 32 1 132 1
133 36 36 1 132 1
133 0 2f 1 0 2
133 3a ff 1 0 2
134 31 33 1 130 1
134 35 37 1 130 1
134 39 39 1 130 1
134 30 30 1 132 1
134 34 34 1 132 1
134 38 38 1 132 1
134 0 2f 1 0 2
134 3a ff 1 0 2
135 a0 bf 1 98 14
135 0 9f 1 0 22
135 c0 ff 1 0 22
136 80 bf 1 98 14
136 0 7f 1 0 23
136 c0 ff 1 0 23
137 a0 bf 1 136 14
137 0 9f 1 0 23
137 c0 ff 1 0 23
138 80 bf 1 136 14
138 0 7f 1 0 23
138 c0 ff 1 0 23
139 80 9f 1 136 14
139 0 7f 1 0 23
139 a0 ff 1 0 23
140 90 bf 1 138 14
140 0 8f 1 0 23
140 c0 ff 1 0 23
141 80 bf 1 138 14
141 0 7f 1 0 23
141 c0 ff 1 0 23
142 80 8f 1 138 14
142 0 7f 1 0 23
142 90 ff 1 0 23
143 a0 bf 1 96 14
143 0 9f 1 0 24
143 c0 ff 1 0 24
144 80 bf 1 96 14
144 0 7f 1 0 25
144 c0 ff 1 0 25
145 a0 bf 1 144 14
145 0 9f 1 0 25
145 c0 ff 1 0 25
146 80 bf 1 144 14
146 0 7f 1 0 25
146 c0 ff 1 0 25
147 80 9f 1 144 14
147 0 7f 1 0 25
147 a0 ff 1 0 25
148 90 bf 1 146 14
148 0 8f 1 0 25
148 c0 ff 1 0 25
149 80 bf 1 146 14
149 0 7f 1 0 25
149 c0 ff 1 0 25
150 80 8f 1 146 14
150 0 7f 1 0 25
150 90 ff 1 0 25
151 1 1 1 168 27
151 0 0 1 168 28
151 2 ff 1 0 29
152 0 ff 1 153 30
153 0 ff 1 169 31
154 0 ff 1 155 18
155 0 ff 1 156 18
156 0 ff 1 169 32
157 a0 bf 1 171 14
157 0 9f 1 0 24
157 c0 ff 1 0 24
158 80 bf 1 171 14
158 0 7f 1 0 25
158 c0 ff 1 0 25
159 a0 bf 1 158 14
159 0 9f 1 0 25
159 c0 ff 1 0 25
160 80 bf 1 158 14
160 0 7f 1 0 25
160 c0 ff 1 0 25
161 80 9f 1 158 14
161 0 7f 1 0 25
161 a0 ff 1 0 25
162 90 bf 1 160 14
162 0 8f 1 0 25
162 c0 ff 1 0 25
163 80 bf 1 160 14
163 0 7f 1 0 25
163 c0 ff 1 0 25
164 80 8f 1 160 14
164 0 7f 1 0 25
164 90 ff 1 0 25
166 0 0 1 32 8
166 1 ff 36 93 8
166 1 ff 37 0 4
167 0 ff 38 94 33
167 0 ff 39 0 34
169 0 ff 5 154 18
169 0 ff 4 0 35
171 c2 c2 14 157 14
171 c3 df 14 158 14
171 e0 e0 15 159 14
171 e1 ec 15 160 14
171 ee ef 15 160 14
171 ed ed 15 161 14
171 f0 f0 16 162 14
171 f1 f3 16 163 14
171 f4 f4 16 164 14
171 20 7e 12 171 14
171 0 1f 1 0 36
171 7f c1 1 0 36
171 f5 ff 1 0 36
171 20 7e 32 0 36
171 c2 df 40 0 36
171 c2 df 41 0 36
171 e0 ef 42 0 36
171 e0 ef 43 0 36
171 f0 f4 44 0 36
171 f0 f4 45 0 36
171 c2 df 33 0 36
171 e0 ef 34 0 36
171 f0 f4 35 0 36
]],
},
{
    name = "compact",
    number = 1,
    parameters = { length_size = 1, key_size = 0, winners_size = 1, receipt = 3, batch_agency_size = 0 },
    sizes = { batch_head = 2, bet_fixed = 19, bet_least = 19, bet_agency = 1, single_fixed = 19, single_least = 19 },
    field_list = {
        { name = "AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "BATCH_AGENCY", kind = "integer", size = 0 },
        { name = "BET_AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "NAME_N", kind = "integer", size = 1, length_of = "NAME" },
        { name = "NAME", kind = "text", size = 0 },
        { name = "SURNAME_N", kind = "integer", size = 1, length_of = "SURNAME" },
        { name = "SURNAME", kind = "text", size = 0 },
        { name = "DOCUMENT", kind = "integer", size = 4, value = "document" },
        { name = "BIRTHDATE", kind = "chars", size = 10 },
        { name = "NUMBER", kind = "integer", size = 2, value = "number" },
        { name = "N_BETS", kind = "integer", size = 2, value = "n_bets" },
        { name = "NO_BETS", kind = "integer", size = 2 },
        { name = "KEY", kind = "integer", size = 0 },
        { name = "N_WINNERS", kind = "integer", size = 1, value = "n_winners" },
        { name = "STORED", kind = "integer", size = 1 },
        { name = "REFUSED", kind = "integer", size = 1 },
    },
    frames = {
        BET = { head = { "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        ITEM = { head = { "BET_AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        SINGLE = { head = { "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        BATCH = { head = { "N_BETS" }, items = { "BET_AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        FINISH = { head = { "NO_BETS", "AGENCY" } },
        WINNERS = { head = { "N_WINNERS" }, items = { "DOCUMENT" } },
    },
    entries = { agency_stream = 161, bet_stream = 162, answer = 147, winners = 148, silence = 165 },
    guards = {
        "",
        "n_bets_fits",
        "!n_bets_fits",
        "!in_list",
        "in_list",
        "n_bets_high_fits,!in_list",
        "!n_bets_high_fits,!in_list",
        "length_fits",
        "!length_fits",
        "in_text",
        "!in_text,length_fits",
        "in_text,room_2",
        "in_text,room_3",
        "in_text,room_4",
        "!in_text,!length_fits",
        "!in_text,!room_2,!length_fits",
        "!in_text,room_2,!length_fits",
        "!in_text,!room_3,!length_fits",
        "!in_text,room_3,!length_fits",
        "!in_text,!room_4,!length_fits",
        "!in_text,room_4,!length_fits",
        "in_text,!length_fits",
        "in_text,length_fits",
        "in_text,!room_2,!length_fits",
        "in_text,!room_2,length_fits",
        "in_text,!room_3,!length_fits",
        "in_text,!room_3,length_fits",
        "in_text,!room_4,!length_fits",
        "in_text,!room_4,length_fits",
        "!in_text",
        "in_text,!room_2",
        "in_text,!room_3",
        "in_text,!room_4",
        "n_bets_high_fits",
        "!n_bets_high_fits",
        "single_fits",
        "!single_fits",
        "!in_text,!room_2",
        "!in_text,room_2",
        "!in_text,!room_3",
        "!in_text,room_3",
        "!in_text,!room_4",
        "!in_text,room_4",
    },
    actions = {
        "",
        "birthdate_error,birthdate_value",
        "n_bets_byte,batch_begin",
        "n_bets_error,n_bets_value",
        "agency_byte,finish",
        "receipt",
        "receipt_error",
        "n_bets_byte",
        "bet_begin,agency_byte",
        "n_bets_error,n_bets_value,item_error,bet_agency_value",
        "length_byte,name_n",
        "name_n_error,name_n_value",
        "text_byte",
        "length_byte,surname_n",
        "c0_error,name_error,surname_n_error,surname_n_value",
        "document_byte",
        "c0_error,surname_error,document_value",
        "number_byte",
        "number_byte,batch_bet",
        "c1_error,surname_error,surname_value",
        "surname_error,surname_value",
        "c1_error,name_error,name_value",
        "name_error,name_value",
        "number_byte,single_end",
        "refused",
        "stored",
        "answer_error",
        "n_winners_byte,winners_begin",
        "document_byte,winner",
        "single_begin,bet_begin,agency_byte",
        "single_error,agency_value",
        "item_error,document_value",
        "c0_error,name_error",
    },
    rows = [[
1 30 30 1 2 1
1 31 31 1 30 1
1 33 33 1 30 1
1 35 35 1 30 1
1 37 37 1 30 1
1 39 39 1 30 1
1 32 32 1 31 1
1 34 34 1 31 1
1 36 36 1 31 1
1 38 38 1 31 1
1 0 2f 1 0 2
1 3a ff 1 0 2
2 30 30 1 3 1
2 31 33 1 27 1
2 35 37 1 27 1
2 39 39 1 27 1
2 34 34 1 29 1
2 38 38 1 29 1
2 0 2f 1 0 2
2 3a ff 1 0 2
3 30 30 1 4 1
3 31 31 1 25 1
3 33 33 1 25 1
3 35 35 1 25 1
3 37 37 1 25 1
3 39 39 1 25 1
3 32 32 1 26 1
3 34 34 1 26 1
3 36 36 1 26 1
3 38 38 1 26 1
3 0 2f 1 0 2
3 3a ff 1 0 2
4 31 33 1 5 1
4 35 37 1 5 1
4 39 39 1 5 1
4 34 34 1 20 1
4 38 38 1 20 1
4 0 30 1 0 2
4 3a ff 1 0 2
5 2d 2d 1 6 1
5 0 2c 1 0 2
5 2e ff 1 0 2
6 30 30 1 7 1
6 31 31 1 19 1
6 0 2f 1 0 2
6 32 ff 1 0 2
7 31 31 1 8 1
7 33 33 1 8 1
7 35 35 1 8 1
7 37 38 1 8 1
7 32 32 1 13 1
7 34 34 1 16 1
7 36 36 1 16 1
7 39 39 1 16 1
7 0 30 1 0 2
7 3a ff 1 0 2
8 2d 2d 1 9 1
8 0 2c 1 0 2
8 2e ff 1 0 2
9 30 30 1 10 1
9 31 32 1 11 1
9 33 33 1 12 1
9 0 2f 1 0 2
9 34 ff 1 0 2
10 31 39 1 160 1
10 0 30 1 0 2
10 3a ff 1 0 2
11 30 39 1 160 1
11 0 2f 1 0 2
11 3a ff 1 0 2
12 30 31 1 160 1
12 0 2f 1 0 2
12 32 ff 1 0 2
13 2d 2d 1 14 1
13 0 2c 1 0 2
13 2e ff 1 0 2
14 30 30 1 10 1
14 31 31 1 11 1
14 32 32 1 15 1
14 0 2f 1 0 2
14 33 ff 1 0 2
15 30 38 1 160 1
15 0 2f 1 0 2
15 39 ff 1 0 2
16 2d 2d 1 17 1
16 0 2c 1 0 2
16 2e ff 1 0 2
17 30 30 1 10 1
17 31 32 1 11 1
17 33 33 1 18 1
17 0 2f 1 0 2
17 34 ff 1 0 2
18 30 30 1 160 1
18 0 2f 1 0 2
18 31 ff 1 0 2
19 30 30 1 8 1
19 32 32 1 8 1
19 31 31 1 16 1
19 0 2f 1 0 2
19 33 ff 1 0 2
20 2d 2d 1 21 1
20 0 2c 1 0 2
20 2e ff 1 0 2
21 31 31 1 19 1
21 30 30 1 22 1
21 0 2f 1 0 2
21 32 ff 1 0 2
22 31 31 1 8 1
22 33 33 1 8 1
22 35 35 1 8 1
22 37 38 1 8 1
22 34 34 1 16 1
22 36 36 1 16 1
22 39 39 1 16 1
22 32 32 1 23 1
22 0 30 1 0 2
22 3a ff 1 0 2
23 2d 2d 1 24 1
23 0 2c 1 0 2
23 2e ff 1 0 2
24 30 30 1 10 1
24 31 32 1 11 1
24 0 2f 1 0 2
24 33 ff 1 0 2
25 30 31 1 5 1
25 33 35 1 5 1
25 37 39 1 5 1
25 32 32 1 20 1
25 36 36 1 20 1
25 0 2f 1 0 2
25 3a ff 1 0 2
26 31 33 1 5 1
26 35 37 1 5 1
26 39 39 1 5 1
26 30 30 1 20 1
26 34 34 1 20 1
26 38 38 1 20 1
26 0 2f 1 0 2
26 3a ff 1 0 2
27 31 31 1 25 1
27 33 33 1 25 1
27 35 35 1 25 1
27 37 37 1 25 1
27 39 39 1 25 1
27 32 32 1 26 1
27 34 34 1 26 1
27 36 36 1 26 1
27 38 38 1 26 1
27 30 30 1 28 1
27 0 2f 1 0 2
27 3a ff 1 0 2
28 30 33 1 5 1
28 35 37 1 5 1
28 39 39 1 5 1
28 34 34 1 20 1
28 38 38 1 20 1
28 0 2f 1 0 2
28 3a ff 1 0 2
29 31 31 1 25 1
29 33 33 1 25 1
29 35 35 1 25 1
29 37 37 1 25 1
29 39 39 1 25 1
29 30 30 1 26 1
29 32 32 1 26 1
29 34 34 1 26 1
29 36 36 1 26 1
29 38 38 1 26 1
29 0 2f 1 0 2
29 3a ff 1 0 2
30 30 31 1 27 1
30 33 35 1 27 1
30 37 39 1 27 1
30 32 32 1 29 1
30 36 36 1 29 1
30 0 2f 1 0 2
30 3a ff 1 0 2
31 31 33 1 27 1
31 35 37 1 27 1
31 39 39 1 27 1
31 30 30 1 29 1
31 34 34 1 29 1
31 38 38 1 29 1
31 0 2f 1 0 2
31 3a ff 1 0 2
32 0 0 1 33 1
32 1 ff 2 35 3
32 1 ff 3 0 4
33 0 ff 1 34 5
34 3 3 1 161 6
34 0 2 1 0 7
34 4 ff 1 0 7
35 0 0 4 32 8
35 0 ff 5 36 9
35 1 ff 6 91 8
35 1 ff 7 0 10
36 0 ff 8 37 11
36 0 ff 9 0 12
37 20 7e 10 37 13
37 0 ff 11 38 14
37 c2 c2 12 83 13
37 c3 df 12 84 13
37 e0 e0 13 85 13
37 e1 ec 13 86 13
37 ee ef 13 86 13
37 ed ed 13 87 13
37 f0 f0 14 88 13
37 f1 f3 14 89 13
37 f4 f4 14 90 13
37 0 c1 15 0 15
37 f5 ff 15 0 15
37 c2 df 16 0 15
37 c2 df 17 0 15
37 e0 ef 18 0 15
37 e0 ef 19 0 15
37 f0 f4 20 0 15
37 f0 f4 21 0 15
37 0 1f 22 0 15
37 7f c1 22 0 15
37 f5 ff 22 0 15
37 0 1f 23 0 15
37 7f c1 23 0 15
37 f5 ff 23 0 15
37 c2 df 24 0 15
37 c2 df 25 0 15
37 e0 ef 26 0 15
37 e0 ef 27 0 15
37 f0 f4 28 0 15
37 f0 f4 29 0 15
38 20 7e 10 38 13
38 0 ff 30 39 16
38 c2 c2 12 75 13
38 c3 df 12 76 13
38 e0 e0 13 77 13
38 e1 ec 13 78 13
38 ee ef 13 78 13
38 ed ed 13 79 13
38 f0 f0 14 80 13
38 f1 f3 14 81 13
38 f4 f4 14 82 13
38 0 1f 10 0 17
38 7f c1 10 0 17
38 f5 ff 10 0 17
38 c2 df 31 0 17
38 e0 ef 32 0 17
38 f0 f4 33 0 17
39 0 ff 1 40 16
40 0 ff 1 41 16
41 0 ff 1 42 16
42 30 30 1 43 1
42 31 31 1 73 1
42 33 33 1 73 1
42 35 35 1 73 1
42 37 37 1 73 1
42 39 39 1 73 1
42 32 32 1 74 1
42 34 34 1 74 1
42 36 36 1 74 1
42 38 38 1 74 1
42 0 2f 1 0 2
42 3a ff 1 0 2
43 30 30 1 44 1
43 31 33 1 70 1
43 35 37 1 70 1
43 39 39 1 70 1
43 34 34 1 72 1
43 38 38 1 72 1
43 0 2f 1 0 2
43 3a ff 1 0 2
44 30 30 1 45 1
44 31 31 1 68 1
44 33 33 1 68 1
44 35 35 1 68 1
44 37 37 1 68 1
44 39 39 1 68 1
44 32 32 1 69 1
44 34 34 1 69 1
44 36 36 1 69 1
44 38 38 1 69 1
44 0 2f 1 0 2
44 3a ff 1 0 2
45 31 33 1 46 1
45 35 37 1 46 1
45 39 39 1 46 1
45 34 34 1 63 1
45 38 38 1 63 1
45 0 30 1 0 2
45 3a ff 1 0 2
46 2d 2d 1 47 1
46 0 2c 1 0 2
46 2e ff 1 0 2
47 30 30 1 48 1
47 31 31 1 62 1
47 0 2f 1 0 2
47 32 ff 1 0 2
48 31 31 1 49 1
48 33 33 1 49 1
48 35 35 1 49 1
48 37 38 1 49 1
48 32 32 1 56 1
48 34 34 1 59 1
48 36 36 1 59 1
48 39 39 1 59 1
48 0 30 1 0 2
48 3a ff 1 0 2
49 2d 2d 1 50 1
49 0 2c 1 0 2
49 2e ff 1 0 2
50 30 30 1 51 1
50 31 32 1 54 1
50 33 33 1 55 1
50 0 2f 1 0 2
50 34 ff 1 0 2
51 31 39 1 52 1
51 0 30 1 0 2
51 3a ff 1 0 2
52 0 ff 1 53 18
53 0 ff 1 35 19
54 30 39 1 52 1
54 0 2f 1 0 2
54 3a ff 1 0 2
55 30 31 1 52 1
55 0 2f 1 0 2
55 32 ff 1 0 2
56 2d 2d 1 57 1
56 0 2c 1 0 2
56 2e ff 1 0 2
57 30 30 1 51 1
57 31 31 1 54 1
57 32 32 1 58 1
57 0 2f 1 0 2
57 33 ff 1 0 2
58 30 38 1 52 1
58 0 2f 1 0 2
58 39 ff 1 0 2
59 2d 2d 1 60 1
59 0 2c 1 0 2
59 2e ff 1 0 2
60 30 30 1 51 1
60 31 32 1 54 1
60 33 33 1 61 1
60 0 2f 1 0 2
60 34 ff 1 0 2
61 30 30 1 52 1
61 0 2f 1 0 2
61 31 ff 1 0 2
62 30 30 1 49 1
62 32 32 1 49 1
62 31 31 1 59 1
62 0 2f 1 0 2
62 33 ff 1 0 2
63 2d 2d 1 64 1
63 0 2c 1 0 2
63 2e ff 1 0 2
64 31 31 1 62 1
64 30 30 1 65 1
64 0 2f 1 0 2
64 32 ff 1 0 2
65 31 31 1 49 1
65 33 33 1 49 1
65 35 35 1 49 1
65 37 38 1 49 1
65 34 34 1 59 1
65 36 36 1 59 1
65 39 39 1 59 1
65 32 32 1 66 1
65 0 30 1 0 2
65 3a ff 1 0 2
66 2d 2d 1 67 1
66 0 2c 1 0 2
66 2e ff 1 0 2
67 30 30 1 51 1
67 31 32 1 54 1
67 0 2f 1 0 2
67 33 ff 1 0 2
68 30 31 1 46 1
68 33 35 1 46 1
68 37 39 1 46 1
68 32 32 1 63 1
68 36 36 1 63 1
68 0 2f 1 0 2
68 3a ff 1 0 2
69 31 33 1 46 1
69 35 37 1 46 1
69 39 39 1 46 1
69 30 30 1 63 1
69 34 34 1 63 1
69 38 38 1 63 1
69 0 2f 1 0 2
69 3a ff 1 0 2
70 31 31 1 68 1
70 33 33 1 68 1
70 35 35 1 68 1
70 37 37 1 68 1
70 39 39 1 68 1
70 32 32 1 69 1
70 34 34 1 69 1
70 36 36 1 69 1
70 38 38 1 69 1
70 30 30 1 71 1
70 0 2f 1 0 2
70 3a ff 1 0 2
71 30 33 1 46 1
71 35 37 1 46 1
71 39 39 1 46 1
71 34 34 1 63 1
71 38 38 1 63 1
71 0 2f 1 0 2
71 3a ff 1 0 2
72 31 31 1 68 1
72 33 33 1 68 1
72 35 35 1 68 1
72 37 37 1 68 1
72 39 39 1 68 1
72 30 30 1 69 1
72 32 32 1 69 1
72 34 34 1 69 1
72 36 36 1 69 1
72 38 38 1 69 1
72 0 2f 1 0 2
72 3a ff 1 0 2
73 30 31 1 70 1
73 33 35 1 70 1
73 37 39 1 70 1
73 32 32 1 72 1
73 36 36 1 72 1
73 0 2f 1 0 2
73 3a ff 1 0 2
74 31 33 1 70 1
74 35 37 1 70 1
74 39 39 1 70 1
74 30 30 1 72 1
74 34 34 1 72 1
74 38 38 1 72 1
74 0 2f 1 0 2
74 3a ff 1 0 2
75 a0 bf 1 38 13
75 0 9f 1 0 20
75 c0 ff 1 0 20
76 80 bf 1 38 13
76 0 7f 1 0 21
76 c0 ff 1 0 21
77 a0 bf 1 76 13
77 0 9f 1 0 21
77 c0 ff 1 0 21
78 80 bf 1 76 13
78 0 7f 1 0 21
78 c0 ff 1 0 21
79 80 9f 1 76 13
79 0 7f 1 0 21
79 a0 ff 1 0 21
80 90 bf 1 78 13
80 0 8f 1 0 21
80 c0 ff 1 0 21
81 80 bf 1 78 13
81 0 7f 1 0 21
81 c0 ff 1 0 21
82 80 8f 1 78 13
82 0 7f 1 0 21
82 90 ff 1 0 21
83 a0 bf 1 37 13
83 0 9f 1 0 22
83 c0 ff 1 0 22
84 80 bf 1 37 13
84 0 7f 1 0 23
84 c0 ff 1 0 23
85 a0 bf 1 84 13
85 0 9f 1 0 23
85 c0 ff 1 0 23
86 80 bf 1 84 13
86 0 7f 1 0 23
86 c0 ff 1 0 23
87 80 9f 1 84 13
87 0 7f 1 0 23
87 a0 ff 1 0 23
88 90 bf 1 86 13
88 0 8f 1 0 23
88 c0 ff 1 0 23
89 80 bf 1 86 13
89 0 7f 1 0 23
89 c0 ff 1 0 23
90 80 8f 1 86 13
90 0 7f 1 0 23
90 90 ff 1 0 23
91 0 ff 2 35 3
91 0 ff 3 0 4
92 0 ff 8 93 11
92 0 ff 9 0 12
93 20 7e 10 93 13
93 0 ff 11 94 14
93 c2 c2 12 139 13
93 c3 df 12 140 13
93 e0 e0 13 141 13
93 e1 ec 13 142 13
93 ee ef 13 142 13
93 ed ed 13 143 13
93 f0 f0 14 144 13
93 f1 f3 14 145 13
93 f4 f4 14 146 13
93 0 c1 15 0 15
93 f5 ff 15 0 15
93 c2 df 16 0 15
93 c2 df 17 0 15
93 e0 ef 18 0 15
93 e0 ef 19 0 15
93 f0 f4 20 0 15
93 f0 f4 21 0 15
93 0 1f 22 0 15
93 7f c1 22 0 15
93 f5 ff 22 0 15
93 0 1f 23 0 15
93 7f c1 23 0 15
93 f5 ff 23 0 15
93 c2 df 24 0 15
93 c2 df 25 0 15
93 e0 ef 26 0 15
93 e0 ef 27 0 15
93 f0 f4 28 0 15
93 f0 f4 29 0 15
94 20 7e 10 94 13
94 0 ff 30 95 16
94 c2 c2 12 131 13
94 c3 df 12 132 13
94 e0 e0 13 133 13
94 e1 ec 13 134 13
94 ee ef 13 134 13
94 ed ed 13 135 13
94 f0 f0 14 136 13
94 f1 f3 14 137 13
94 f4 f4 14 138 13
94 0 1f 10 0 17
94 7f c1 10 0 17
94 f5 ff 10 0 17
94 c2 df 31 0 17
94 e0 ef 32 0 17
94 f0 f4 33 0 17
95 0 ff 1 96 16
96 0 ff 1 97 16
97 0 ff 1 98 16
98 30 30 1 99 1
98 31 31 1 129 1
98 33 33 1 129 1
98 35 35 1 129 1
98 37 37 1 129 1
98 39 39 1 129 1
98 32 32 1 130 1
98 34 34 1 130 1
98 36 36 1 130 1
98 38 38 1 130 1
98 0 2f 1 0 2
98 3a ff 1 0 2
99 30 30 1 100 1
99 31 33 1 126 1
99 35 37 1 126 1
99 39 39 1 126 1
99 34 34 1 128 1
99 38 38 1 128 1
99 0 2f 1 0 2
99 3a ff 1 0 2
100 30 30 1 101 1
100 31 31 1 124 1
100 33 33 1 124 1
100 35 35 1 124 1
100 37 37 1 124 1
100 39 39 1 124 1
100 32 32 1 125 1
100 34 34 1 125 1
100 36 36 1 125 1
100 38 38 1 125 1
100 0 2f 1 0 2
100 3a ff 1 0 2
101 31 33 1 102 1
101 35 37 1 102 1
101 39 39 1 102 1
101 34 34 1 119 1
101 38 38 1 119 1
101 0 30 1 0 2
101 3a ff 1 0 2
102 2d 2d 1 103 1
102 0 2c 1 0 2
102 2e ff 1 0 2
103 30 30 1 104 1
103 31 31 1 118 1
103 0 2f 1 0 2
103 32 ff 1 0 2
104 31 31 1 105 1
104 33 33 1 105 1
104 35 35 1 105 1
104 37 38 1 105 1
104 32 32 1 112 1
104 34 34 1 115 1
104 36 36 1 115 1
104 39 39 1 115 1
104 0 30 1 0 2
104 3a ff 1 0 2
105 2d 2d 1 106 1
105 0 2c 1 0 2
105 2e ff 1 0 2
106 30 30 1 107 1
106 31 32 1 110 1
106 33 33 1 111 1
106 0 2f 1 0 2
106 34 ff 1 0 2
107 31 39 1 108 1
107 0 30 1 0 2
107 3a ff 1 0 2
108 0 ff 1 109 18
109 0 ff 1 162 24
110 30 39 1 108 1
110 0 2f 1 0 2
110 3a ff 1 0 2
111 30 31 1 108 1
111 0 2f 1 0 2
111 32 ff 1 0 2
112 2d 2d 1 113 1
112 0 2c 1 0 2
112 2e ff 1 0 2
113 30 30 1 107 1
113 31 31 1 110 1
113 32 32 1 114 1
113 0 2f 1 0 2
113 33 ff 1 0 2
114 30 38 1 108 1
114 0 2f 1 0 2
114 39 ff 1 0 2
115 2d 2d 1 116 1
115 0 2c 1 0 2
115 2e ff 1 0 2
116 30 30 1 107 1
116 31 32 1 110 1
116 33 33 1 117 1
116 0 2f 1 0 2
116 34 ff 1 0 2
117 30 30 1 108 1
117 0 2f 1 0 2
117 31 ff 1 0 2
118 30 30 1 105 1
118 32 32 1 105 1
118 31 31 1 115 1
118 0 2f 1 0 2
118 33 ff 1 0 2
119 2d 2d 1 120 1
119 0 2c 1 0 2
119 2e ff 1 0 2
120 31 31 1 118 1
120 30 30 1 121 1
120 0 2f 1 0 2
120 32 ff 1 0 2
121 31 31 1 105 1
121 33 33 1 105 1
121 35 35 1 105 1
121 37 38 1 105 1
121 34 34 1 115 1
121 36 36 1 115 1
121 39 39 1 115 1
121 32 32 1 122 1
121 0 30 1 0 2
121 3a ff 1 0 2
122 2d 2d 1 123 1
122 0 2c 1 0 2
122 2e ff 1 0 2
123 30 30 1 107 1
123 31 32 1 110 1
123 0 2f 1 0 2
123 33 ff 1 0 2
124 30 31 1 102 1
124 33 35 1 102 1
124 37 39 1 102 1
124 32 32 1 119 1
124 36 36 1 119 1
124 0 2f 1 0 2
124 3a ff 1 0 2
125 31 33 1 102 1
125 35 37 1 102 1
125 39 39 1 102 1
125 30 30 1 119 1
125 34 34 1 119 1
125 38 38 1 119 1
125 0 2f 1 0 2
125 3a ff 1 0 2
126 31 31 1 124 1
126 33 33 1 124 1
126 35 35 1 124 1
126 37 37 1 124 1
126 39 39 1 124 1
126 32 32 1 125 1
126 34 34 1 125 1
126 36 36 1 125 1
126 38 38 1 125 1
126 30 30 1 127 1
126 0 2f 1 0 2
126 3a ff 1 0 2
127 30 33 1 102 1
127 35 37 1 102 1
127 39 39 1 102 1
127 34 34 1 119 1
127 38 38 1 119 1
127 0 2f 1 0 2
127 3a ff 1 0 2
128 31 31 1 124 1
128 33 33 1 124 1
128 35 35 1 124 1
128 37 37 1 124 1
128 39 39 1 124 1
128 30 30 1 125 1
128 32 32 1 125 1
128 34 34 1 125 1
128 36 36 1 125 1
128 38 38 1 125 1
128 0 2f 1 0 2
128 3a ff 1 0 2
129 30 31 1 126 1
129 33 35 1 126 1
129 37 39 1 126 1
129 32 32 1 128 1
129 36 36 1 128 1
129 0 2f 1 0 2
129 3a ff 1 0 2
130 31 33 1 126 1
130 35 37 1 126 1
130 39 39 1 126 1
130 30 30 1 128 1
130 34 34 1 128 1
130 38 38 1 128 1
130 0 2f 1 0 2
130 3a ff 1 0 2
131 a0 bf 1 94 13
131 0 9f 1 0 20
131 c0 ff 1 0 20
132 80 bf 1 94 13
132 0 7f 1 0 21
132 c0 ff 1 0 21
133 a0 bf 1 132 13
133 0 9f 1 0 21
133 c0 ff 1 0 21
134 80 bf 1 132 13
134 0 7f 1 0 21
134 c0 ff 1 0 21
135 80 9f 1 132 13
135 0 7f 1 0 21
135 a0 ff 1 0 21
136 90 bf 1 134 13
136 0 8f 1 0 21
136 c0 ff 1 0 21
137 80 bf 1 134 13
137 0 7f 1 0 21
137 c0 ff 1 0 21
138 80 8f 1 134 13
138 0 7f 1 0 21
138 90 ff 1 0 21
139 a0 bf 1 93 13
139 0 9f 1 0 22
139 c0 ff 1 0 22
140 80 bf 1 93 13
140 0 7f 1 0 23
140 c0 ff 1 0 23
141 a0 bf 1 140 13
141 0 9f 1 0 23
141 c0 ff 1 0 23
142 80 bf 1 140 13
142 0 7f 1 0 23
142 c0 ff 1 0 23
143 80 9f 1 140 13
143 0 7f 1 0 23
143 a0 ff 1 0 23
144 90 bf 1 142 13
144 0 8f 1 0 23
144 c0 ff 1 0 23
145 80 bf 1 142 13
145 0 7f 1 0 23
145 c0 ff 1 0 23
146 80 8f 1 142 13
146 0 7f 1 0 23
146 90 ff 1 0 23
147 1 1 1 163 25
147 0 0 1 163 26
147 2 ff 1 0 27
148 0 ff 1 164 28
149 0 ff 1 150 16
150 0 ff 1 151 16
151 0 ff 1 164 29
152 a0 bf 1 166 13
152 0 9f 1 0 22
152 c0 ff 1 0 22
153 80 bf 1 166 13
153 0 7f 1 0 23
153 c0 ff 1 0 23
154 a0 bf 1 153 13
154 0 9f 1 0 23
154 c0 ff 1 0 23
155 80 bf 1 153 13
155 0 7f 1 0 23
155 c0 ff 1 0 23
156 80 9f 1 153 13
156 0 7f 1 0 23
156 a0 ff 1 0 23
157 90 bf 1 155 13
157 0 8f 1 0 23
157 c0 ff 1 0 23
158 80 bf 1 155 13
158 0 7f 1 0 23
158 c0 ff 1 0 23
159 80 8f 1 155 13
159 0 7f 1 0 23
159 90 ff 1 0 23
161 0 0 1 32 8
161 1 ff 34 91 8
161 1 ff 35 0 4
162 0 ff 36 92 30
162 0 ff 37 0 31
164 0 ff 5 149 16
164 0 ff 4 0 32
166 c2 c2 12 152 13
166 c3 df 12 153 13
166 e0 e0 13 154 13
166 e1 ec 13 155 13
166 ee ef 13 155 13
166 ed ed 13 156 13
166 f0 f0 14 157 13
166 f1 f3 14 158 13
166 f4 f4 14 159 13
166 20 7e 10 166 13
166 0 1f 1 0 33
166 7f c1 1 0 33
166 f5 ff 1 0 33
166 20 7e 30 0 33
166 c2 df 38 0 33
166 c2 df 39 0 33
166 e0 ef 40 0 33
166 e0 ef 41 0 33
166 f0 f4 42 0 33
166 f0 f4 43 0 33
166 c2 df 31 0 33
166 e0 ef 32 0 33
166 f0 f4 33 0 33
]],
},
{
    name = "keyed",
    number = 2,
    parameters = { length_size = 2, key_size = 8, winners_size = 2, receipt = 1, batch_agency_size = 0 },
    sizes = { batch_head = 10, bet_fixed = 21, bet_least = 21, bet_agency = 1, single_fixed = 29, single_least = 29 },
    field_list = {
        { name = "AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "BATCH_AGENCY", kind = "integer", size = 0 },
        { name = "BET_AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "NAME_N", kind = "integer", size = 2, length_of = "NAME" },
        { name = "NAME", kind = "text", size = 0 },
        { name = "SURNAME_N", kind = "integer", size = 2, length_of = "SURNAME" },
        { name = "SURNAME", kind = "text", size = 0 },
        { name = "DOCUMENT", kind = "integer", size = 4, value = "document" },
        { name = "BIRTHDATE", kind = "chars", size = 10 },
        { name = "NUMBER", kind = "integer", size = 2, value = "number" },
        { name = "N_BETS", kind = "integer", size = 2, value = "n_bets" },
        { name = "NO_BETS", kind = "integer", size = 2 },
        { name = "KEY", kind = "integer", size = 8, value = "key" },
        { name = "N_WINNERS", kind = "integer", size = 2, value = "n_winners" },
        { name = "STORED", kind = "integer", size = 1 },
        { name = "REFUSED", kind = "integer", size = 1 },
    },
    frames = {
        BET = { head = { "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        ITEM = { head = { "BET_AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        SINGLE = { head = { "KEY", "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        BATCH = { head = { "N_BETS", "KEY" }, items = { "BET_AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        FINISH = { head = { "NO_BETS", "KEY", "AGENCY" } },
        WINNERS = { head = { "N_WINNERS" }, items = { "DOCUMENT" } },
    },
    entries = { agency_stream = 190, bet_stream = 191, answer = 175, winners = 176, silence = 194 },
    guards = {
        "",
        "n_bets_fits",
        "!n_bets_fits",
        "!in_list",
        "in_list",
        "n_bets_high_fits,!in_list",
        "!n_bets_high_fits,!in_list",
        "length_high_fits",
        "!length_high_fits",
        "length_fits",
        "!length_fits",
        "in_text",
        "!in_text,length_high_fits",
        "in_text,room_2",
        "in_text,room_3",
        "in_text,room_4",
        "!in_text,!length_high_fits",
        "!in_text,!room_2,!length_high_fits",
        "!in_text,room_2,!length_high_fits",
        "!in_text,!room_3,!length_high_fits",
        "!in_text,room_3,!length_high_fits",
        "!in_text,!room_4,!length_high_fits",
        "!in_text,room_4,!length_high_fits",
        "in_text,!length_high_fits",
        "in_text,length_high_fits",
        "in_text,!room_2,!length_high_fits",
        "in_text,!room_2,length_high_fits",
        "in_text,!room_3,!length_high_fits",
        "in_text,!room_3,length_high_fits",
        "in_text,!room_4,!length_high_fits",
        "in_text,!room_4,length_high_fits",
        "!in_text",
        "in_text,!room_2",
        "in_text,!room_3",
        "in_text,!room_4",
        "n_bets_high_fits",
        "!n_bets_high_fits",
        "single_fits",
        "!single_fits",
        "!in_text,!room_2",
        "!in_text,room_2",
        "!in_text,!room_3",
        "!in_text,room_3",
        "!in_text,!room_4",
        "!in_text,room_4",
    },
    actions = {
        "",
        "birthdate_error,birthdate_value",
        "n_bets_byte",
        "n_bets_error,n_bets_value",
        "key_byte",
        "agency_byte,finish",
        "receipt",
        "receipt_error",
        "key_byte,batch_begin",
        "bet_begin,agency_byte",
        "n_bets_error,n_bets_value,item_error,bet_agency_value",
        "length_byte",
        "name_n_error,name_n_value",
        "length_byte,name_n",
        "text_byte",
        "c0_error,name_error,surname_n_error,surname_n_value",
        "length_byte,surname_n",
        "surname_n_error,surname_n_value",
        "document_byte",
        "c0_error,surname_error,document_value",
        "number_byte",
        "number_byte,batch_bet",
        "c1_error,surname_error,surname_value",
        "surname_error,surname_value",
        "c1_error,name_error,name_value",
        "name_error,name_value",
        "number_byte,single_end",
        "refused",
        "stored",
        "answer_error",
        "n_winners_byte",
        "n_winners_byte,winners_begin",
        "document_byte,winner",
        "single_begin,key_byte",
        "single_error,key_value",
        "item_error,document_value",
        "c0_error,name_error",
    },
    rows = [[
1 30 30 1 2 1
1 31 31 1 30 1
1 33 33 1 30 1
1 35 35 1 30 1
1 37 37 1 30 1
1 39 39 1 30 1
1 32 32 1 31 1
1 34 34 1 31 1
1 36 36 1 31 1
1 38 38 1 31 1
1 0 2f 1 0 2
1 3a ff 1 0 2
2 30 30 1 3 1
2 31 33 1 27 1
2 35 37 1 27 1
2 39 39 1 27 1
2 34 34 1 29 1
2 38 38 1 29 1
2 0 2f 1 0 2
2 3a ff 1 0 2
3 30 30 1 4 1
3 31 31 1 25 1
3 33 33 1 25 1
3 35 35 1 25 1
3 37 37 1 25 1
3 39 39 1 25 1
3 32 32 1 26 1
3 34 34 1 26 1
3 36 36 1 26 1
3 38 38 1 26 1
3 0 2f 1 0 2
3 3a ff 1 0 2
4 31 33 1 5 1
4 35 37 1 5 1
4 39 39 1 5 1
4 34 34 1 20 1
4 38 38 1 20 1
4 0 30 1 0 2
4 3a ff 1 0 2
5 2d 2d 1 6 1
5 0 2c 1 0 2
5 2e ff 1 0 2
6 30 30 1 7 1
6 31 31 1 19 1
6 0 2f 1 0 2
6 32 ff 1 0 2
7 31 31 1 8 1
7 33 33 1 8 1
7 35 35 1 8 1
7 37 38 1 8 1
7 32 32 1 13 1
7 34 34 1 16 1
7 36 36 1 16 1
7 39 39 1 16 1
7 0 30 1 0 2
7 3a ff 1 0 2
8 2d 2d 1 9 1
8 0 2c 1 0 2
8 2e ff 1 0 2
9 30 30 1 10 1
9 31 32 1 11 1
9 33 33 1 12 1
9 0 2f 1 0 2
9 34 ff 1 0 2
10 31 39 1 189 1
10 0 30 1 0 2
10 3a ff 1 0 2
11 30 39 1 189 1
11 0 2f 1 0 2
11 3a ff 1 0 2
12 30 31 1 189 1
12 0 2f 1 0 2
12 32 ff 1 0 2
13 2d 2d 1 14 1
13 0 2c 1 0 2
13 2e ff 1 0 2
14 30 30 1 10 1
14 31 31 1 11 1
14 32 32 1 15 1
14 0 2f 1 0 2
14 33 ff 1 0 2
15 30 38 1 189 1
15 0 2f 1 0 2
15 39 ff 1 0 2
16 2d 2d 1 17 1
16 0 2c 1 0 2
16 2e ff 1 0 2
17 30 30 1 10 1
17 31 32 1 11 1
17 33 33 1 18 1
17 0 2f 1 0 2
17 34 ff 1 0 2
18 30 30 1 189 1
18 0 2f 1 0 2
18 31 ff 1 0 2
19 30 30 1 8 1
19 32 32 1 8 1
19 31 31 1 16 1
19 0 2f 1 0 2
19 33 ff 1 0 2
20 2d 2d 1 21 1
20 0 2c 1 0 2
20 2e ff 1 0 2
21 31 31 1 19 1
21 30 30 1 22 1
21 0 2f 1 0 2
21 32 ff 1 0 2
22 31 31 1 8 1
22 33 33 1 8 1
22 35 35 1 8 1
22 37 38 1 8 1
22 34 34 1 16 1
22 36 36 1 16 1
22 39 39 1 16 1
22 32 32 1 23 1
22 0 30 1 0 2
22 3a ff 1 0 2
23 2d 2d 1 24 1
23 0 2c 1 0 2
23 2e ff 1 0 2
24 30 30 1 10 1
24 31 32 1 11 1
24 0 2f 1 0 2
24 33 ff 1 0 2
25 30 31 1 5 1
25 33 35 1 5 1
25 37 39 1 5 1
25 32 32 1 20 1
25 36 36 1 20 1
25 0 2f 1 0 2
25 3a ff 1 0 2
26 31 33 1 5 1
26 35 37 1 5 1
26 39 39 1 5 1
26 30 30 1 20 1
26 34 34 1 20 1
26 38 38 1 20 1
26 0 2f 1 0 2
26 3a ff 1 0 2
27 31 31 1 25 1
27 33 33 1 25 1
27 35 35 1 25 1
27 37 37 1 25 1
27 39 39 1 25 1
27 32 32 1 26 1
27 34 34 1 26 1
27 36 36 1 26 1
27 38 38 1 26 1
27 30 30 1 28 1
27 0 2f 1 0 2
27 3a ff 1 0 2
28 30 33 1 5 1
28 35 37 1 5 1
28 39 39 1 5 1
28 34 34 1 20 1
28 38 38 1 20 1
28 0 2f 1 0 2
28 3a ff 1 0 2
29 31 31 1 25 1
29 33 33 1 25 1
29 35 35 1 25 1
29 37 37 1 25 1
29 39 39 1 25 1
29 30 30 1 26 1
29 32 32 1 26 1
29 34 34 1 26 1
29 36 36 1 26 1
29 38 38 1 26 1
29 0 2f 1 0 2
29 3a ff 1 0 2
30 30 31 1 27 1
30 33 35 1 27 1
30 37 39 1 27 1
30 32 32 1 29 1
30 36 36 1 29 1
30 0 2f 1 0 2
30 3a ff 1 0 2
31 31 33 1 27 1
31 35 37 1 27 1
31 39 39 1 27 1
31 30 30 1 29 1
31 34 34 1 29 1
31 38 38 1 29 1
31 0 2f 1 0 2
31 3a ff 1 0 2
32 0 0 1 33 1
32 1 ff 2 43 3
32 1 ff 3 0 4
33 0 ff 1 34 5
34 0 ff 1 35 5
35 0 ff 1 36 5
36 0 ff 1 37 5
37 0 ff 1 38 5
38 0 ff 1 39 5
39 0 ff 1 40 5
40 0 ff 1 41 5
41 0 ff 1 42 6
42 1 1 1 190 7
42 0 0 1 0 8
42 2 ff 1 0 8
43 0 ff 1 44 5
44 0 ff 1 45 5
45 0 ff 1 46 5
46 0 ff 1 47 5
47 0 ff 1 48 5
48 0 ff 1 49 5
49 0 ff 1 50 5
50 0 ff 1 51 9
51 0 0 4 32 3
51 0 ff 5 52 10
51 1 ff 6 109 3
51 1 ff 7 0 11
52 0 ff 8 53 12
52 0 ff 9 0 13
53 0 ff 10 54 14
53 0 ff 11 0 13
54 20 7e 12 54 15
54 0 ff 13 55 12
54 c2 c2 14 101 15
54 c3 df 14 102 15
54 e0 e0 15 103 15
54 e1 ec 15 104 15
54 ee ef 15 104 15
54 ed ed 15 105 15
54 f0 f0 16 106 15
54 f1 f3 16 107 15
54 f4 f4 16 108 15
54 0 c1 17 0 16
54 f5 ff 17 0 16
54 c2 df 18 0 16
54 c2 df 19 0 16
54 e0 ef 20 0 16
54 e0 ef 21 0 16
54 f0 f4 22 0 16
54 f0 f4 23 0 16
54 0 1f 24 0 16
54 7f c1 24 0 16
54 f5 ff 24 0 16
54 0 1f 25 0 16
54 7f c1 25 0 16
54 f5 ff 25 0 16
54 c2 df 26 0 16
54 c2 df 27 0 16
54 e0 ef 28 0 16
54 e0 ef 29 0 16
54 f0 f4 30 0 16
54 f0 f4 31 0 16
55 0 ff 10 56 17
55 0 ff 11 0 18
56 20 7e 12 56 15
56 0 ff 32 57 19
56 c2 c2 14 93 15
56 c3 df 14 94 15
56 e0 e0 15 95 15
56 e1 ec 15 96 15
56 ee ef 15 96 15
56 ed ed 15 97 15
56 f0 f0 16 98 15
56 f1 f3 16 99 15
56 f4 f4 16 100 15
56 0 1f 12 0 20
56 7f c1 12 0 20
56 f5 ff 12 0 20
56 c2 df 33 0 20
56 e0 ef 34 0 20
56 f0 f4 35 0 20
57 0 ff 1 58 19
58 0 ff 1 59 19
59 0 ff 1 60 19
60 30 30 1 61 1
60 31 31 1 91 1
60 33 33 1 91 1
60 35 35 1 91 1
60 37 37 1 91 1
60 39 39 1 91 1
60 32 32 1 92 1
60 34 34 1 92 1
60 36 36 1 92 1
60 38 38 1 92 1
60 0 2f 1 0 2
60 3a ff 1 0 2
61 30 30 1 62 1
61 31 33 1 88 1
61 35 37 1 88 1
61 39 39 1 88 1
61 34 34 1 90 1
61 38 38 1 90 1
61 0 2f 1 0 2
61 3a ff 1 0 2
62 30 30 1 63 1
62 31 31 1 86 1
62 33 33 1 86 1
62 35 35 1 86 1
62 37 37 1 86 1
62 39 39 1 86 1
62 32 32 1 87 1
62 34 34 1 87 1
62 36 36 1 87 1
62 38 38 1 87 1
62 0 2f 1 0 2
62 3a ff 1 0 2
63 31 33 1 64 1
63 35 37 1 64 1
63 39 39 1 64 1
63 34 34 1 81 1
63 38 38 1 81 1
63 0 30 1 0 2
63 3a ff 1 0 2
64 2d 2d 1 65 1
64 0 2c 1 0 2
64 2e ff 1 0 2
65 30 30 1 66 1
65 31 31 1 80 1
65 0 2f 1 0 2
65 32 ff 1 0 2
66 31 31 1 67 1
66 33 33 1 67 1
66 35 35 1 67 1
66 37 38 1 67 1
66 32 32 1 74 1
66 34 34 1 77 1
66 36 36 1 77 1
66 39 39 1 77 1
66 0 30 1 0 2
66 3a ff 1 0 2
67 2d 2d 1 68 1
67 0 2c 1 0 2
67 2e ff 1 0 2
68 30 30 1 69 1
68 31 32 1 72 1
68 33 33 1 73 1
68 0 2f 1 0 2
68 34 ff 1 0 2
69 31 39 1 70 1
69 0 30 1 0 2
69 3a ff 1 0 2
70 0 ff 1 71 21
71 0 ff 1 51 22
72 30 39 1 70 1
72 0 2f 1 0 2
72 3a ff 1 0 2
73 30 31 1 70 1
73 0 2f 1 0 2
73 32 ff 1 0 2
74 2d 2d 1 75 1
74 0 2c 1 0 2
74 2e ff 1 0 2
75 30 30 1 69 1
75 31 31 1 72 1
75 32 32 1 76 1
75 0 2f 1 0 2
75 33 ff 1 0 2
76 30 38 1 70 1
76 0 2f 1 0 2
76 39 ff 1 0 2
77 2d 2d 1 78 1
77 0 2c 1 0 2
77 2e ff 1 0 2
78 30 30 1 69 1
78 31 32 1 72 1
78 33 33 1 79 1
78 0 2f 1 0 2
78 34 ff 1 0 2
79 30 30 1 70 1
79 0 2f 1 0 2
79 31 ff 1 0 2
80 30 30 1 67 1
80 32 32 1 67 1
80 31 31 1 77 1
80 0 2f 1 0 2
80 33 ff 1 0 2
81 2d 2d 1 82 1
81 0 2c 1 0 2
81 2e ff 1 0 2
82 31 31 1 80 1
82 30 30 1 83 1
82 0 2f 1 0 2
82 32 ff 1 0 2
83 31 31 1 67 1
83 33 33 1 67 1
83 35 35 1 67 1
83 37 38 1 67 1
83 34 34 1 77 1
83 36 36 1 77 1
83 39 39 1 77 1
83 32 32 1 84 1
83 0 30 1 0 2
83 3a ff 1 0 2
84 2d 2d 1 85 1
84 0 2c 1 0 2
84 2e ff 1 0 2
85 30 30 1 69 1
85 31 32 1 72 1
85 0 2f 1 0 2
85 33 ff 1 0 2
86 30 31 1 64 1
86 33 35 1 64 1
86 37 39 1 64 1
86 32 32 1 81 1
86 36 36 1 81 1
86 0 2f 1 0 2
86 3a ff 1 0 2
87 31 33 1 64 1
87 35 37 1 64 1
87 39 39 1 64 1
87 30 30 1 81 1
87 34 34 1 81 1
87 38 38 1 81 1
87 0 2f 1 0 2
87 3a ff 1 0 2
88 31 31 1 86 1
88 33 33 1 86 1
88 35 35 1 86 1
88 37 37 1 86 1
88 39 39 1 86 1
88 32 32 1 87 1
88 34 34 1 87 1
88 36 36 1 87 1
88 38 38 1 87 1
88 30 30 1 89 1
88 0 2f 1 0 2
88 3a ff 1 0 2
89 30 33 1 64 1
89 35 37 1 64 1
89 39 39 1 64 1
89 34 34 1 81 1
89 38 38 1 81 1
89 0 2f 1 0 2
89 3a ff 1 0 2
90 31 31 1 86 1
90 33 33 1 86 1
90 35 35 1 86 1
90 37 37 1 86 1
90 39 39 1 86 1
90 30 30 1 87 1
90 32 32 1 87 1
90 34 34 1 87 1
90 36 36 1 87 1
90 38 38 1 87 1
90 0 2f 1 0 2
90 3a ff 1 0 2
91 30 31 1 88 1
91 33 35 1 88 1
91 37 39 1 88 1
91 32 32 1 90 1
91 36 36 1 90 1
91 0 2f 1 0 2
91 3a ff 1 0 2
92 31 33 1 88 1
92 35 37 1 88 1
92 39 39 1 88 1
92 30 30 1 90 1
92 34 34 1 90 1
92 38 38 1 90 1
92 0 2f 1 0 2
92 3a ff 1 0 2
93 a0 bf 1 56 15
93 0 9f 1 0 23
93 c0 ff 1 0 23
94 80 bf 1 56 15
94 0 7f 1 0 24
94 c0 ff 1 0 24
95 a0 bf 1 94 15
95 0 9f 1 0 24
95 c0 ff 1 0 24
96 80 bf 1 94 15
96 0 7f 1 0 24
96 c0 ff 1 0 24
97 80 9f 1 94 15
97 0 7f 1 0 24
97 a0 ff 1 0 24
98 90 bf 1 96 15
98 0 8f 1 0 24
98 c0 ff 1 0 24
99 80 bf 1 96 15
99 0 7f 1 0 24
99 c0 ff 1 0 24
100 80 8f 1 96 15
100 0 7f 1 0 24
100 90 ff 1 0 24
101 a0 bf 1 54 15
101 0 9f 1 0 25
101 c0 ff 1 0 25
102 80 bf 1 54 15
102 0 7f 1 0 26
102 c0 ff 1 0 26
103 a0 bf 1 102 15
103 0 9f 1 0 26
103 c0 ff 1 0 26
104 80 bf 1 102 15
104 0 7f 1 0 26
104 c0 ff 1 0 26
105 80 9f 1 102 15
105 0 7f 1 0 26
105 a0 ff 1 0 26
106 90 bf 1 104 15
106 0 8f 1 0 26
106 c0 ff 1 0 26
107 80 bf 1 104 15
107 0 7f 1 0 26
107 c0 ff 1 0 26
108 80 8f 1 104 15
108 0 7f 1 0 26
108 90 ff 1 0 26
109 0 ff 2 43 3
109 0 ff 3 0 4
110 0 ff 1 111 5
111 0 ff 1 112 5
112 0 ff 1 113 5
113 0 ff 1 114 5
114 0 ff 1 115 5
115 0 ff 1 116 5
116 0 ff 1 117 5
117 0 ff 1 118 10
118 0 ff 8 119 12
118 0 ff 9 0 13
119 0 ff 10 120 14
119 0 ff 11 0 13
120 20 7e 12 120 15
120 0 ff 13 121 12
120 c2 c2 14 167 15
120 c3 df 14 168 15
120 e0 e0 15 169 15
120 e1 ec 15 170 15
120 ee ef 15 170 15
120 ed ed 15 171 15
120 f0 f0 16 172 15
120 f1 f3 16 173 15
120 f4 f4 16 174 15
120 0 c1 17 0 16
120 f5 ff 17 0 16
120 c2 df 18 0 16
120 c2 df 19 0 16
120 e0 ef 20 0 16
120 e0 ef 21 0 16
120 f0 f4 22 0 16
120 f0 f4 23 0 16
120 0 1f 24 0 16
120 7f c1 24 0 16
120 f5 ff 24 0 16
120 0 1f 25 0 16
120 7f c1 25 0 16
120 f5 ff 25 0 16
120 c2 df 26 0 16
120 c2 df 27 0 16
120 e0 ef 28 0 16
120 e0 ef 29 0 16
120 f0 f4 30 0 16
120 f0 f4 31 0 16
121 0 ff 10 122 17
121 0 ff 11 0 18
122 20 7e 12 122 15
122 0 ff 32 123 19
122 c2 c2 14 159 15
122 c3 df 14 160 15
122 e0 e0 15 161 15
122 e1 ec 15 162 15
122 ee ef 15 162 15
122 ed ed 15 163 15
122 f0 f0 16 164 15
122 f1 f3 16 165 15
122 f4 f4 16 166 15
122 0 1f 12 0 20
122 7f c1 12 0 20
122 f5 ff 12 0 20
122 c2 df 33 0 20
122 e0 ef 34 0 20
122 f0 f4 35 0 20
123 0 ff 1 124 19
124 0 ff 1 125 19
125 0 ff 1 126 19
126 30 30 1 127 1
126 31 31 1 157 1
126 33 33 1 157 1
126 35 35 1 157 1
126 37 37 1 157 1
126 39 39 1 157 1
126 32 32 1 158 1
126 34 34 1 158 1
126 36 36 1 158 1
126 38 38 1 158 1
126 0 2f 1 0 2
126 3a ff 1 0 2
127 30 30 1 128 1
127 31 33 1 154 1
127 35 37 1 154 1
127 39 39 1 154 1
127 34 34 1 156 1
127 38 38 1 156 1
127 0 2f 1 0 2
127 3a ff 1 0 2
128 30 30 1 129 1
128 31 31 1 152 1
128 33 33 1 152 1
128 35 35 1 152 1
128 37 37 1 152 1
128 39 39 1 152 1
128 32 32 1 153 1
128 34 34 1 153 1
128 36 36 1 153 1
128 38 38 1 153 1
128 0 2f 1 0 2
128 3a ff 1 0 2
129 31 33 1 130 1
129 35 37 1 130 1
129 39 39 1 130 1
129 34 34 1 147 1
129 38 38 1 147 1
129 0 30 1 0 2
129 3a ff 1 0 2
130 2d 2d 1 131 1
130 0 2c 1 0 2
130 2e ff 1 0 2
131 30 30 1 132 1
131 31 31 1 146 1
131 0 2f 1 0 2
131 32 ff 1 0 2
132 31 31 1 133 1
132 33 33 1 133 1
132 35 35 1 133 1
132 37 38 1 133 1
132 32 32 1 140 1
132 34 34 1 143 1
132 36 36 1 143 1
132 39 39 1 143 1
132 0 30 1 0 2
132 3a ff 1 0 2
133 2d 2d 1 134 1
133 0 2c 1 0 2
133 2e ff 1 0 2
134 30 30 1 135 1
134 31 32 1 138 1
134 33 33 1 139 1
134 0 2f 1 0 2
134 34 ff 1 0 2
135 31 39 1 136 1
135 0 30 1 0 2
135 3a ff 1 0 2
136 0 ff 1 137 21
137 0 ff 1 191 27
138 30 39 1 136 1
138 0 2f 1 0 2
138 3a ff 1 0 2
139 30 31 1 136 1
139 0 2f 1 0 2
139 32 ff 1 0 2
140 2d 2d 1 141 1
140 0 2c 1 0 2
140 2e ff 1 0 2
141 30 30 1 135 1
141 31 31 1 138 1
141 32 32 1 142 1
141 0 2f 1 0 2
141 33 ff 1 0 2
142 30 38 1 136 1
142 0 2f 1 0 2
142 39 ff 1 0 2
143 2d 2d 1 144 1
143 0 2c 1 0 2
143 2e ff 1 0 2
144 30 30 1 135 1
144 31 32 1 138 1
144 33 33 1 145 1
144 0 2f 1 0 2
144 34 ff 1 0 2
145 30 30 1 136 1
145 0 2f 1 0 2
145 31 ff 1 0 2
146 30 30 1 133 1
146 32 32 1 133 1
146 31 31 1 143 1
146 0 2f 1 0 2
146 33 ff 1 0 2
147 2d 2d 1 148 1
147 0 2c 1 0 2
147 2e ff 1 0 2
148 31 31 1 146 1
148 30 30 1 149 1
148 0 2f 1 0 2
148 32 ff 1 0 2
149 31 31 1 133 1
149 33 33 1 133 1
149 35 35 1 133 1
149 37 38 1 133 1
149 34 34 1 143 1
149 36 36 1 143 1
149 39 39 1 143 1
149 32 32 1 150 1
149 0 30 1 0 2
149 3a ff 1 0 2
150 2d 2d 1 151 1
150 0 2c 1 0 2
150 2e ff 1 0 2
151 30 30 1 135 1
151 31 32 1 138 1
151 0 2f 1 0 2
151 33 ff 1 0 2
152 30 31 1 130 1
152 33 35 1 130 1
152 37 39 1 130 1
152 32 32 1 147 1
152 36 36 1 147 1
152 0 2f 1 0 2
152 3a ff 1 0 2
153 31 33 1 130 1
153 35 37 1 130 1
153 39 39 1 130 1
153 30 30 1 147 1
153 34 34 1 147 1
153 38 38 1 147 1
153 0 2f 1 0 2
153 3a ff 1 0 2
154 31 31 1 152 1
154 33 33 1 152 1
154 35 35 1 152 1
154 37 37 1 152 1
154 39 39 1 152 1
154 32 32 1 153 1
154 34 34 1 153 1
154 36 36 1 153 1
154 38 38 1 153 1
154 30 30 1 155 1
154 0 2f 1 0 2
154 3a ff 1 0 2
155 30 33 1 130 1
155 35 37 1 130 1
155 39 39 1 130 1
155 34 34 1 147 1
155 38 38 1 147 1
155 0 2f 1 0 2
155 3a ff 1 0 2
156 31 31 1 152 1
156 33 33 1 152 1
156 35 35 1 152 1
156 37 37 1 152 1
156 39 39 1 152 1
156 30 30 1 153 1
156 32 32 1 153 1
156 34 34 1 153 1
156 36 36 1 153 1
156 38 38 1 153 1
156 0 2f 1 0 2
156 3a ff 1 0 2
157 30 31 1 154 1
157 33 35 1 154 1
157 37 39 1 154 1
157 32 32 1 156 1
157 36 36 1 156 1
157 0 2f 1 0 2
157 3a ff 1 0 2
158 31 33 1 154 1
158 35 37 1 154 1
158 39 39 1 154 1
158 30 30 1 156 1
158 34 34 1 156 1
158 38 38 1 156 1
158 0 2f 1 0 2
158 3a ff 1 0 2
159 a0 bf 1 122 15
159 0 9f 1 0 23
159 c0 ff 1 0 23
160 80 bf 1 122 15
160 0 7f 1 0 24
160 c0 ff 1 0 24
161 a0 bf 1 160 15
161 0 9f 1 0 24
161 c0 ff 1 0 24
162 80 bf 1 160 15
162 0 7f 1 0 24
162 c0 ff 1 0 24
163 80 9f 1 160 15
163 0 7f 1 0 24
163 a0 ff 1 0 24
164 90 bf 1 162 15
164 0 8f 1 0 24
164 c0 ff 1 0 24
165 80 bf 1 162 15
165 0 7f 1 0 24
165 c0 ff 1 0 24
166 80 8f 1 162 15
166 0 7f 1 0 24
166 90 ff 1 0 24
167 a0 bf 1 120 15
167 0 9f 1 0 25
167 c0 ff 1 0 25
168 80 bf 1 120 15
168 0 7f 1 0 26
168 c0 ff 1 0 26
169 a0 bf 1 168 15
169 0 9f 1 0 26
169 c0 ff 1 0 26
170 80 bf 1 168 15
170 0 7f 1 0 26
170 c0 ff 1 0 26
171 80 9f 1 168 15
171 0 7f 1 0 26
171 a0 ff 1 0 26
172 90 bf 1 170 15
172 0 8f 1 0 26
172 c0 ff 1 0 26
173 80 bf 1 170 15
173 0 7f 1 0 26
173 c0 ff 1 0 26
174 80 8f 1 170 15
174 0 7f 1 0 26
174 90 ff 1 0 26
175 1 1 1 192 28
175 0 0 1 192 29
175 2 ff 1 0 30
176 0 ff 1 177 31
177 0 ff 1 193 32
178 0 ff 1 179 19
179 0 ff 1 180 19
180 0 ff 1 193 33
181 a0 bf 1 195 15
181 0 9f 1 0 25
181 c0 ff 1 0 25
182 80 bf 1 195 15
182 0 7f 1 0 26
182 c0 ff 1 0 26
183 a0 bf 1 182 15
183 0 9f 1 0 26
183 c0 ff 1 0 26
184 80 bf 1 182 15
184 0 7f 1 0 26
184 c0 ff 1 0 26
185 80 9f 1 182 15
185 0 7f 1 0 26
185 a0 ff 1 0 26
186 90 bf 1 184 15
186 0 8f 1 0 26
186 c0 ff 1 0 26
187 80 bf 1 184 15
187 0 7f 1 0 26
187 c0 ff 1 0 26
188 80 8f 1 184 15
188 0 7f 1 0 26
188 90 ff 1 0 26
190 0 0 1 32 3
190 1 ff 36 109 3
190 1 ff 37 0 4
191 0 ff 38 110 34
191 0 ff 39 0 35
193 0 ff 5 178 19
193 0 ff 4 0 36
195 c2 c2 14 181 15
195 c3 df 14 182 15
195 e0 e0 15 183 15
195 e1 ec 15 184 15
195 ee ef 15 184 15
195 ed ed 15 185 15
195 f0 f0 16 186 15
195 f1 f3 16 187 15
195 f4 f4 16 188 15
195 20 7e 12 195 15
195 0 1f 1 0 37
195 7f c1 1 0 37
195 f5 ff 1 0 37
195 20 7e 32 0 37
195 c2 df 40 0 37
195 c2 df 41 0 37
195 e0 ef 42 0 37
195 e0 ef 43 0 37
195 f0 f4 44 0 37
195 f0 f4 45 0 37
195 c2 df 33 0 37
195 e0 ef 34 0 37
195 f0 f4 35 0 37
]],
},
{
    name = "grouped",
    number = 3,
    parameters = { length_size = 1, key_size = 0, winners_size = 1, receipt = 2, batch_agency_size = 1 },
    sizes = { batch_head = 3, bet_fixed = 18, bet_least = 18, bet_agency = 0, single_fixed = 19, single_least = 19 },
    field_list = {
        { name = "AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "BATCH_AGENCY", kind = "integer", size = 1, value = "agency" },
        { name = "BET_AGENCY", kind = "integer", size = 0 },
        { name = "NAME_N", kind = "integer", size = 1, length_of = "NAME" },
        { name = "NAME", kind = "text", size = 0 },
        { name = "SURNAME_N", kind = "integer", size = 1, length_of = "SURNAME" },
        { name = "SURNAME", kind = "text", size = 0 },
        { name = "DOCUMENT", kind = "integer", size = 4, value = "document" },
        { name = "BIRTHDATE", kind = "chars", size = 10 },
        { name = "NUMBER", kind = "integer", size = 2, value = "number" },
        { name = "N_BETS", kind = "integer", size = 2, value = "n_bets" },
        { name = "NO_BETS", kind = "integer", size = 2 },
        { name = "KEY", kind = "integer", size = 0 },
        { name = "N_WINNERS", kind = "integer", size = 1, value = "n_winners" },
        { name = "STORED", kind = "integer", size = 1 },
        { name = "REFUSED", kind = "integer", size = 1 },
    },
    frames = {
        BET = { head = { "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        ITEM = { head = { "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        SINGLE = { head = { "AGENCY", "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        BATCH = { head = { "N_BETS", "BATCH_AGENCY" }, items = { "NAME_N", "NAME", "SURNAME_N", "SURNAME", "DOCUMENT", "BIRTHDATE", "NUMBER" } },
        FINISH = { head = { "NO_BETS", "AGENCY" } },
        WINNERS = { head = { "N_WINNERS" }, items = { "DOCUMENT" } },
    },
    entries = { agency_stream = 161, bet_stream = 162, answer = 147, winners = 148, silence = 165 },
    guards = {
        "",
        "n_bets_fits",
        "!n_bets_fits",
        "!in_list",
        "length_fits,in_list",
        "n_bets_high_fits,!in_list",
        "!length_fits,in_list",
        "!length_fits,!n_bets_high_fits,!in_list",
        "!length_fits,!n_bets_high_fits,in_list",
        "!length_fits,n_bets_high_fits,in_list",
        "length_fits,!n_bets_high_fits,!in_list",
        "in_text",
        "!in_text,length_fits",
        "in_text,room_2",
        "in_text,room_3",
        "in_text,room_4",
        "!in_text,!length_fits",
        "!in_text,!room_2,!length_fits",
        "!in_text,room_2,!length_fits",
        "!in_text,!room_3,!length_fits",
        "!in_text,room_3,!length_fits",
        "!in_text,!room_4,!length_fits",
        "!in_text,room_4,!length_fits",
        "in_text,!length_fits",
        "in_text,length_fits",
        "in_text,!room_2,!length_fits",
        "in_text,!room_2,length_fits",
        "in_text,!room_3,!length_fits",
        "in_text,!room_3,length_fits",
        "in_text,!room_4,!length_fits",
        "in_text,!room_4,length_fits",
        "!in_text",
        "in_text,!room_2",
        "in_text,!room_3",
        "in_text,!room_4",
        "length_fits",
        "!length_fits",
        "n_bets_high_fits",
        "!n_bets_high_fits",
        "single_fits",
        "!single_fits",
        "in_list",
        "!in_text,!room_2",
        "!in_text,room_2",
        "!in_text,!room_3",
        "!in_text,room_3",
        "!in_text,!room_4",
        "!in_text,room_4",
    },
    actions = {
        "",
        "birthdate_error,birthdate_value",
        "n_bets_byte",
        "n_bets_error,n_bets_value",
        "agency_byte,finish",
        "receipt",
        "receipt_error",
        "agency_byte,batch_begin",
        "bet_begin,length_byte,name_n",
        "n_bets_error,n_bets_value,item_error,name_n_error,name_n_value",
        "text_byte",
        "length_byte,surname_n",
        "c0_error,name_error,surname_n_error,surname_n_value",
        "document_byte",
        "c0_error,surname_error,document_value",
        "number_byte",
        "number_byte,batch_bet",
        "c1_error,surname_error,surname_value",
        "surname_error,surname_value",
        "c1_error,name_error,name_value",
        "name_error,name_value",
        "length_byte,name_n",
        "name_n_error,name_n_value",
        "number_byte,single_end",
        "refused",
        "stored",
        "answer_error",
        "n_winners_byte,winners_begin",
        "document_byte,winner",
        "single_begin,bet_begin,agency_byte",
        "single_error,agency_value",
        "item_error,document_value",
        "c0_error,name_error",
    },
    rows = [[
1 30 30 1 2 1
1 31 31 1 30 1
1 33 33 1 30 1
1 35 35 1 30 1
1 37 37 1 30 1
1 39 39 1 30 1
1 32 32 1 31 1
1 34 34 1 31 1
1 36 36 1 31 1
1 38 38 1 31 1
1 0 2f 1 0 2
1 3a ff 1 0 2
2 30 30 1 3 1
2 31 33 1 27 1
2 35 37 1 27 1
2 39 39 1 27 1
2 34 34 1 29 1
2 38 38 1 29 1
2 0 2f 1 0 2
2 3a ff 1 0 2
3 30 30 1 4 1
3 31 31 1 25 1
3 33 33 1 25 1
3 35 35 1 25 1
3 37 37 1 25 1
3 39 39 1 25 1
3 32 32 1 26 1
3 34 34 1 26 1
3 36 36 1 26 1
3 38 38 1 26 1
3 0 2f 1 0 2
3 3a ff 1 0 2
4 31 33 1 5 1
4 35 37 1 5 1
4 39 39 1 5 1
4 34 34 1 20 1
4 38 38 1 20 1
4 0 30 1 0 2
4 3a ff 1 0 2
5 2d 2d 1 6 1
5 0 2c 1 0 2
5 2e ff 1 0 2
6 30 30 1 7 1
6 31 31 1 19 1
6 0 2f 1 0 2
6 32 ff 1 0 2
7 31 31 1 8 1
7 33 33 1 8 1
7 35 35 1 8 1
7 37 38 1 8 1
7 32 32 1 13 1
7 34 34 1 16 1
7 36 36 1 16 1
7 39 39 1 16 1
7 0 30 1 0 2
7 3a ff 1 0 2
8 2d 2d 1 9 1
8 0 2c 1 0 2
8 2e ff 1 0 2
9 30 30 1 10 1
9 31 32 1 11 1
9 33 33 1 12 1
9 0 2f 1 0 2
9 34 ff 1 0 2
10 31 39 1 160 1
10 0 30 1 0 2
10 3a ff 1 0 2
11 30 39 1 160 1
11 0 2f 1 0 2
11 3a ff 1 0 2
12 30 31 1 160 1
12 0 2f 1 0 2
12 32 ff 1 0 2
13 2d 2d 1 14 1
13 0 2c 1 0 2
13 2e ff 1 0 2
14 30 30 1 10 1
14 31 31 1 11 1
14 32 32 1 15 1
14 0 2f 1 0 2
14 33 ff 1 0 2
15 30 38 1 160 1
15 0 2f 1 0 2
15 39 ff 1 0 2
16 2d 2d 1 17 1
16 0 2c 1 0 2
16 2e ff 1 0 2
17 30 30 1 10 1
17 31 32 1 11 1
17 33 33 1 18 1
17 0 2f 1 0 2
17 34 ff 1 0 2
18 30 30 1 160 1
18 0 2f 1 0 2
18 31 ff 1 0 2
19 30 30 1 8 1
19 32 32 1 8 1
19 31 31 1 16 1
19 0 2f 1 0 2
19 33 ff 1 0 2
20 2d 2d 1 21 1
20 0 2c 1 0 2
20 2e ff 1 0 2
21 31 31 1 19 1
21 30 30 1 22 1
21 0 2f 1 0 2
21 32 ff 1 0 2
22 31 31 1 8 1
22 33 33 1 8 1
22 35 35 1 8 1
22 37 38 1 8 1
22 34 34 1 16 1
22 36 36 1 16 1
22 39 39 1 16 1
22 32 32 1 23 1
22 0 30 1 0 2
22 3a ff 1 0 2
23 2d 2d 1 24 1
23 0 2c 1 0 2
23 2e ff 1 0 2
24 30 30 1 10 1
24 31 32 1 11 1
24 0 2f 1 0 2
24 33 ff 1 0 2
25 30 31 1 5 1
25 33 35 1 5 1
25 37 39 1 5 1
25 32 32 1 20 1
25 36 36 1 20 1
25 0 2f 1 0 2
25 3a ff 1 0 2
26 31 33 1 5 1
26 35 37 1 5 1
26 39 39 1 5 1
26 30 30 1 20 1
26 34 34 1 20 1
26 38 38 1 20 1
26 0 2f 1 0 2
26 3a ff 1 0 2
27 31 31 1 25 1
27 33 33 1 25 1
27 35 35 1 25 1
27 37 37 1 25 1
27 39 39 1 25 1
27 32 32 1 26 1
27 34 34 1 26 1
27 36 36 1 26 1
27 38 38 1 26 1
27 30 30 1 28 1
27 0 2f 1 0 2
27 3a ff 1 0 2
28 30 33 1 5 1
28 35 37 1 5 1
28 39 39 1 5 1
28 34 34 1 20 1
28 38 38 1 20 1
28 0 2f 1 0 2
28 3a ff 1 0 2
29 31 31 1 25 1
29 33 33 1 25 1
29 35 35 1 25 1
29 37 37 1 25 1
29 39 39 1 25 1
29 30 30 1 26 1
29 32 32 1 26 1
29 34 34 1 26 1
29 36 36 1 26 1
29 38 38 1 26 1
29 0 2f 1 0 2
29 3a ff 1 0 2
30 30 31 1 27 1
30 33 35 1 27 1
30 37 39 1 27 1
30 32 32 1 29 1
30 36 36 1 29 1
30 0 2f 1 0 2
30 3a ff 1 0 2
31 31 33 1 27 1
31 35 37 1 27 1
31 39 39 1 27 1
31 30 30 1 29 1
31 34 34 1 29 1
31 38 38 1 29 1
31 0 2f 1 0 2
31 3a ff 1 0 2
32 0 0 1 33 1
32 1 ff 2 35 3
32 1 ff 3 0 4
33 0 ff 1 34 5
34 2 2 1 161 6
34 0 1 1 0 7
34 3 ff 1 0 7
35 0 ff 1 36 8
36 0 0 4 32 3
36 0 ff 5 37 9
36 1 ff 6 91 3
36 0 0 7 0 10
36 1 ff 8 0 10
36 1 ff 9 0 10
36 1 ff 10 0 10
36 1 ff 11 0 10
37 20 7e 12 37 11
37 0 ff 13 38 12
37 c2 c2 14 83 11
37 c3 df 14 84 11
37 e0 e0 15 85 11
37 e1 ec 15 86 11
37 ee ef 15 86 11
37 ed ed 15 87 11
37 f0 f0 16 88 11
37 f1 f3 16 89 11
37 f4 f4 16 90 11
37 0 c1 17 0 13
37 f5 ff 17 0 13
37 c2 df 18 0 13
37 c2 df 19 0 13
37 e0 ef 20 0 13
37 e0 ef 21 0 13
37 f0 f4 22 0 13
37 f0 f4 23 0 13
37 0 1f 24 0 13
37 7f c1 24 0 13
37 f5 ff 24 0 13
37 0 1f 25 0 13
37 7f c1 25 0 13
37 f5 ff 25 0 13
37 c2 df 26 0 13
37 c2 df 27 0 13
37 e0 ef 28 0 13
37 e0 ef 29 0 13
37 f0 f4 30 0 13
37 f0 f4 31 0 13
38 20 7e 12 38 11
38 0 ff 32 39 14
38 c2 c2 14 75 11
38 c3 df 14 76 11
38 e0 e0 15 77 11
38 e1 ec 15 78 11
38 ee ef 15 78 11
38 ed ed 15 79 11
38 f0 f0 16 80 11
38 f1 f3 16 81 11
38 f4 f4 16 82 11
38 0 1f 12 0 15
38 7f c1 12 0 15
38 f5 ff 12 0 15
38 c2 df 33 0 15
38 e0 ef 34 0 15
38 f0 f4 35 0 15
39 0 ff 1 40 14
40 0 ff 1 41 14
41 0 ff 1 42 14
42 30 30 1 43 1
42 31 31 1 73 1
42 33 33 1 73 1
42 35 35 1 73 1
42 37 37 1 73 1
42 39 39 1 73 1
42 32 32 1 74 1
42 34 34 1 74 1
42 36 36 1 74 1
42 38 38 1 74 1
42 0 2f 1 0 2
42 3a ff 1 0 2
43 30 30 1 44 1
43 31 33 1 70 1
43 35 37 1 70 1
43 39 39 1 70 1
43 34 34 1 72 1
43 38 38 1 72 1
43 0 2f 1 0 2
43 3a ff 1 0 2
44 30 30 1 45 1
44 31 31 1 68 1
44 33 33 1 68 1
44 35 35 1 68 1
44 37 37 1 68 1
44 39 39 1 68 1
44 32 32 1 69 1
44 34 34 1 69 1
44 36 36 1 69 1
44 38 38 1 69 1
44 0 2f 1 0 2
44 3a ff 1 0 2
45 31 33 1 46 1
45 35 37 1 46 1
45 39 39 1 46 1
45 34 34 1 63 1
45 38 38 1 63 1
45 0 30 1 0 2
45 3a ff 1 0 2
46 2d 2d 1 47 1
46 0 2c 1 0 2
46 2e ff 1 0 2
47 30 30 1 48 1
47 31 31 1 62 1
47 0 2f 1 0 2
47 32 ff 1 0 2
48 31 31 1 49 1
48 33 33 1 49 1
48 35 35 1 49 1
48 37 38 1 49 1
48 32 32 1 56 1
48 34 34 1 59 1
48 36 36 1 59 1
48 39 39 1 59 1
48 0 30 1 0 2
48 3a ff 1 0 2
49 2d 2d 1 50 1
49 0 2c 1 0 2
49 2e ff 1 0 2
50 30 30 1 51 1
50 31 32 1 54 1
50 33 33 1 55 1
50 0 2f 1 0 2
50 34 ff 1 0 2
51 31 39 1 52 1
51 0 30 1 0 2
51 3a ff 1 0 2
52 0 ff 1 53 16
53 0 ff 1 36 17
54 30 39 1 52 1
54 0 2f 1 0 2
54 3a ff 1 0 2
55 30 31 1 52 1
55 0 2f 1 0 2
55 32 ff 1 0 2
56 2d 2d 1 57 1
56 0 2c 1 0 2
56 2e ff 1 0 2
57 30 30 1 51 1
57 31 31 1 54 1
57 32 32 1 58 1
57 0 2f 1 0 2
57 33 ff 1 0 2
58 30 38 1 52 1
58 0 2f 1 0 2
58 39 ff 1 0 2
59 2d 2d 1 60 1
59 0 2c 1 0 2
59 2e ff 1 0 2
60 30 30 1 51 1
60 31 32 1 54 1
60 33 33 1 61 1
60 0 2f 1 0 2
60 34 ff 1 0 2
61 30 30 1 52 1
61 0 2f 1 0 2
61 31 ff 1 0 2
62 30 30 1 49 1
62 32 32 1 49 1
62 31 31 1 59 1
62 0 2f 1 0 2
62 33 ff 1 0 2
63 2d 2d 1 64 1
63 0 2c 1 0 2
63 2e ff 1 0 2
64 31 31 1 62 1
64 30 30 1 65 1
64 0 2f 1 0 2
64 32 ff 1 0 2
65 31 31 1 49 1
65 33 33 1 49 1
65 35 35 1 49 1
65 37 38 1 49 1
65 34 34 1 59 1
65 36 36 1 59 1
65 39 39 1 59 1
65 32 32 1 66 1
65 0 30 1 0 2
65 3a ff 1 0 2
66 2d 2d 1 67 1
66 0 2c 1 0 2
66 2e ff 1 0 2
67 30 30 1 51 1
67 31 32 1 54 1
67 0 2f 1 0 2
67 33 ff 1 0 2
68 30 31 1 46 1
68 33 35 1 46 1
68 37 39 1 46 1
68 32 32 1 63 1
68 36 36 1 63 1
68 0 2f 1 0 2
68 3a ff 1 0 2
69 31 33 1 46 1
69 35 37 1 46 1
69 39 39 1 46 1
69 30 30 1 63 1
69 34 34 1 63 1
69 38 38 1 63 1
69 0 2f 1 0 2
69 3a ff 1 0 2
70 31 31 1 68 1
70 33 33 1 68 1
70 35 35 1 68 1
70 37 37 1 68 1
70 39 39 1 68 1
70 32 32 1 69 1
70 34 34 1 69 1
70 36 36 1 69 1
70 38 38 1 69 1
70 30 30 1 71 1
70 0 2f 1 0 2
70 3a ff 1 0 2
71 30 33 1 46 1
71 35 37 1 46 1
71 39 39 1 46 1
71 34 34 1 63 1
71 38 38 1 63 1
71 0 2f 1 0 2
71 3a ff 1 0 2
72 31 31 1 68 1
72 33 33 1 68 1
72 35 35 1 68 1
72 37 37 1 68 1
72 39 39 1 68 1
72 30 30 1 69 1
72 32 32 1 69 1
72 34 34 1 69 1
72 36 36 1 69 1
72 38 38 1 69 1
72 0 2f 1 0 2
72 3a ff 1 0 2
73 30 31 1 70 1
73 33 35 1 70 1
73 37 39 1 70 1
73 32 32 1 72 1
73 36 36 1 72 1
73 0 2f 1 0 2
73 3a ff 1 0 2
74 31 33 1 70 1
74 35 37 1 70 1
74 39 39 1 70 1
74 30 30 1 72 1
74 34 34 1 72 1
74 38 38 1 72 1
74 0 2f 1 0 2
74 3a ff 1 0 2
75 a0 bf 1 38 11
75 0 9f 1 0 18
75 c0 ff 1 0 18
76 80 bf 1 38 11
76 0 7f 1 0 19
76 c0 ff 1 0 19
77 a0 bf 1 76 11
77 0 9f 1 0 19
77 c0 ff 1 0 19
78 80 bf 1 76 11
78 0 7f 1 0 19
78 c0 ff 1 0 19
79 80 9f 1 76 11
79 0 7f 1 0 19
79 a0 ff 1 0 19
80 90 bf 1 78 11
80 0 8f 1 0 19
80 c0 ff 1 0 19
81 80 bf 1 78 11
81 0 7f 1 0 19
81 c0 ff 1 0 19
82 80 8f 1 78 11
82 0 7f 1 0 19
82 90 ff 1 0 19
83 a0 bf 1 37 11
83 0 9f 1 0 20
83 c0 ff 1 0 20
84 80 bf 1 37 11
84 0 7f 1 0 21
84 c0 ff 1 0 21
85 a0 bf 1 84 11
85 0 9f 1 0 21
85 c0 ff 1 0 21
86 80 bf 1 84 11
86 0 7f 1 0 21
86 c0 ff 1 0 21
87 80 9f 1 84 11
87 0 7f 1 0 21
87 a0 ff 1 0 21
88 90 bf 1 86 11
88 0 8f 1 0 21
88 c0 ff 1 0 21
89 80 bf 1 86 11
89 0 7f 1 0 21
89 c0 ff 1 0 21
90 80 8f 1 86 11
90 0 7f 1 0 21
90 90 ff 1 0 21
91 0 ff 2 35 3
91 0 ff 3 0 4
92 0 ff 36 93 22
92 0 ff 37 0 23
93 20 7e 12 93 11
93 0 ff 13 94 12
93 c2 c2 14 139 11
93 c3 df 14 140 11
93 e0 e0 15 141 11
93 e1 ec 15 142 11
93 ee ef 15 142 11
93 ed ed 15 143 11
93 f0 f0 16 144 11
93 f1 f3 16 145 11
93 f4 f4 16 146 11
93 0 c1 17 0 13
93 f5 ff 17 0 13
93 c2 df 18 0 13
93 c2 df 19 0 13
93 e0 ef 20 0 13
93 e0 ef 21 0 13
93 f0 f4 22 0 13
93 f0 f4 23 0 13
93 0 1f 24 0 13
93 7f c1 24 0 13
93 f5 ff 24 0 13
93 0 1f 25 0 13
93 7f c1 25 0 13
93 f5 ff 25 0 13
93 c2 df 26 0 13
93 c2 df 27 0 13
93 e0 ef 28 0 13
93 e0 ef 29 0 13
93 f0 f4 30 0 13
93 f0 f4 31 0 13
94 20 7e 12 94 11
94 0 ff 32 95 14
94 c2 c2 14 131 11
94 c3 df 14 132 11
94 e0 e0 15 133 11
94 e1 ec 15 134 11
94 ee ef 15 134 11
94 ed ed 15 135 11
94 f0 f0 16 136 11
94 f1 f3 16 137 11
94 f4 f4 16 138 11
94 0 1f 12 0 15
94 7f c1 12 0 15
94 f5 ff 12 0 15
94 c2 df 33 0 15
94 e0 ef 34 0 15
94 f0 f4 35 0 15
95 0 ff 1 96 14
96 0 ff 1 97 14
97 0 ff 1 98 14
98 30 30 1 99 1
98 31 31 1 129 1
98 33 33 1 129 1
98 35 35 1 129 1
98 37 37 1 129 1
98 39 39 1 129 1
98 32 32 1 130 1
98 34 34 1 130 1
98 36 36 1 130 1
98 38 38 1 130 1
98 0 2f 1 0 2
98 3a ff 1 0 2
99 30 30 1 100 1
99 31 33 1 126 1
99 35 37 1 126 1
99 39 39 1 126 1
99 34 34 1 128 1
99 38 38 1 128 1
99 0 2f 1 0 2
99 3a ff 1 0 2
100 30 30 1 101 1
100 31 31 1 124 1
100 33 33 1 124 1
100 35 35 1 124 1
100 37 37 1 124 1
100 39 39 1 124 1
100 32 32 1 125 1
100 34 34 1 125 1
100 36 36 1 125 1
100 38 38 1 125 1
100 0 2f 1 0 2
100 3a ff 1 0 2
101 31 33 1 102 1
101 35 37 1 102 1
101 39 39 1 102 1
101 34 34 1 119 1
101 38 38 1 119 1
101 0 30 1 0 2
101 3a ff 1 0 2
102 2d 2d 1 103 1
102 0 2c 1 0 2
102 2e ff 1 0 2
103 30 30 1 104 1
103 31 31 1 118 1
103 0 2f 1 0 2
103 32 ff 1 0 2
104 31 31 1 105 1
104 33 33 1 105 1
104 35 35 1 105 1
104 37 38 1 105 1
104 32 32 1 112 1
104 34 34 1 115 1
104 36 36 1 115 1
104 39 39 1 115 1
104 0 30 1 0 2
104 3a ff 1 0 2
105 2d 2d 1 106 1
105 0 2c 1 0 2
105 2e ff 1 0 2
106 30 30 1 107 1
106 31 32 1 110 1
106 33 33 1 111 1
106 0 2f 1 0 2
106 34 ff 1 0 2
107 31 39 1 108 1
107 0 30 1 0 2
107 3a ff 1 0 2
108 0 ff 1 109 16
109 0 ff 1 162 24
110 30 39 1 108 1
110 0 2f 1 0 2
110 3a ff 1 0 2
111 30 31 1 108 1
111 0 2f 1 0 2
111 32 ff 1 0 2
112 2d 2d 1 113 1
112 0 2c 1 0 2
112 2e ff 1 0 2
113 30 30 1 107 1
113 31 31 1 110 1
113 32 32 1 114 1
113 0 2f 1 0 2
113 33 ff 1 0 2
114 30 38 1 108 1
114 0 2f 1 0 2
114 39 ff 1 0 2
115 2d 2d 1 116 1
115 0 2c 1 0 2
115 2e ff 1 0 2
116 30 30 1 107 1
116 31 32 1 110 1
116 33 33 1 117 1
116 0 2f 1 0 2
116 34 ff 1 0 2
117 30 30 1 108 1
117 0 2f 1 0 2
117 31 ff 1 0 2
118 30 30 1 105 1
118 32 32 1 105 1
118 31 31 1 115 1
118 0 2f 1 0 2
118 33 ff 1 0 2
119 2d 2d 1 120 1
119 0 2c 1 0 2
119 2e ff 1 0 2
120 31 31 1 118 1
120 30 30 1 121 1
120 0 2f 1 0 2
120 32 ff 1 0 2
121 31 31 1 105 1
121 33 33 1 105 1
121 35 35 1 105 1
121 37 38 1 105 1
121 34 34 1 115 1
121 36 36 1 115 1
121 39 39 1 115 1
121 32 32 1 122 1
121 0 30 1 0 2
121 3a ff 1 0 2
122 2d 2d 1 123 1
122 0 2c 1 0 2
122 2e ff 1 0 2
123 30 30 1 107 1
123 31 32 1 110 1
123 0 2f 1 0 2
123 33 ff 1 0 2
124 30 31 1 102 1
124 33 35 1 102 1
124 37 39 1 102 1
124 32 32 1 119 1
124 36 36 1 119 1
124 0 2f 1 0 2
124 3a ff 1 0 2
125 31 33 1 102 1
125 35 37 1 102 1
125 39 39 1 102 1
125 30 30 1 119 1
125 34 34 1 119 1
125 38 38 1 119 1
125 0 2f 1 0 2
125 3a ff 1 0 2
126 31 31 1 124 1
126 33 33 1 124 1
126 35 35 1 124 1
126 37 37 1 124 1
126 39 39 1 124 1
126 32 32 1 125 1
126 34 34 1 125 1
126 36 36 1 125 1
126 38 38 1 125 1
126 30 30 1 127 1
126 0 2f 1 0 2
126 3a ff 1 0 2
127 30 33 1 102 1
127 35 37 1 102 1
127 39 39 1 102 1
127 34 34 1 119 1
127 38 38 1 119 1
127 0 2f 1 0 2
127 3a ff 1 0 2
128 31 31 1 124 1
128 33 33 1 124 1
128 35 35 1 124 1
128 37 37 1 124 1
128 39 39 1 124 1
128 30 30 1 125 1
128 32 32 1 125 1
128 34 34 1 125 1
128 36 36 1 125 1
128 38 38 1 125 1
128 0 2f 1 0 2
128 3a ff 1 0 2
129 30 31 1 126 1
129 33 35 1 126 1
129 37 39 1 126 1
129 32 32 1 128 1
129 36 36 1 128 1
129 0 2f 1 0 2
129 3a ff 1 0 2
130 31 33 1 126 1
130 35 37 1 126 1
130 39 39 1 126 1
130 30 30 1 128 1
130 34 34 1 128 1
130 38 38 1 128 1
130 0 2f 1 0 2
130 3a ff 1 0 2
131 a0 bf 1 94 11
131 0 9f 1 0 18
131 c0 ff 1 0 18
132 80 bf 1 94 11
132 0 7f 1 0 19
132 c0 ff 1 0 19
133 a0 bf 1 132 11
133 0 9f 1 0 19
133 c0 ff 1 0 19
134 80 bf 1 132 11
134 0 7f 1 0 19
134 c0 ff 1 0 19
135 80 9f 1 132 11
135 0 7f 1 0 19
135 a0 ff 1 0 19
136 90 bf 1 134 11
136 0 8f 1 0 19
136 c0 ff 1 0 19
137 80 bf 1 134 11
137 0 7f 1 0 19
137 c0 ff 1 0 19
138 80 8f 1 134 11
138 0 7f 1 0 19
138 90 ff 1 0 19
139 a0 bf 1 93 11
139 0 9f 1 0 20
139 c0 ff 1 0 20
140 80 bf 1 93 11
140 0 7f 1 0 21
140 c0 ff 1 0 21
141 a0 bf 1 140 11
141 0 9f 1 0 21
141 c0 ff 1 0 21
142 80 bf 1 140 11
142 0 7f 1 0 21
142 c0 ff 1 0 21
143 80 9f 1 140 11
143 0 7f 1 0 21
143 a0 ff 1 0 21
144 90 bf 1 142 11
144 0 8f 1 0 21
144 c0 ff 1 0 21
145 80 bf 1 142 11
145 0 7f 1 0 21
145 c0 ff 1 0 21
146 80 8f 1 142 11
146 0 7f 1 0 21
146 90 ff 1 0 21
147 1 1 1 163 25
147 0 0 1 163 26
147 2 ff 1 0 27
148 0 ff 1 164 28
149 0 ff 1 150 14
150 0 ff 1 151 14
151 0 ff 1 164 29
152 a0 bf 1 166 11
152 0 9f 1 0 20
152 c0 ff 1 0 20
153 80 bf 1 166 11
153 0 7f 1 0 21
153 c0 ff 1 0 21
154 a0 bf 1 153 11
154 0 9f 1 0 21
154 c0 ff 1 0 21
155 80 bf 1 153 11
155 0 7f 1 0 21
155 c0 ff 1 0 21
156 80 9f 1 153 11
156 0 7f 1 0 21
156 a0 ff 1 0 21
157 90 bf 1 155 11
157 0 8f 1 0 21
157 c0 ff 1 0 21
158 80 bf 1 155 11
158 0 7f 1 0 21
158 c0 ff 1 0 21
159 80 8f 1 155 11
159 0 7f 1 0 21
159 90 ff 1 0 21
161 0 0 1 32 3
161 1 ff 38 91 3
161 1 ff 39 0 4
162 0 ff 40 92 30
162 0 ff 41 0 31
164 0 ff 42 149 14
164 0 ff 4 0 32
166 c2 c2 14 152 11
166 c3 df 14 153 11
166 e0 e0 15 154 11
166 e1 ec 15 155 11
166 ee ef 15 155 11
166 ed ed 15 156 11
166 f0 f0 16 157 11
166 f1 f3 16 158 11
166 f4 f4 16 159 11
166 20 7e 12 166 11
166 0 1f 1 0 33
166 7f c1 1 0 33
166 f5 ff 1 0 33
166 20 7e 32 0 33
166 c2 df 43 0 33
166 c2 df 44 0 33
166 e0 ef 45 0 33
166 e0 ef 46 0 33
166 f0 f4 47 0 33
166 f0 f4 48 0 33
166 c2 df 33 0 33
166 e0 ef 34 0 33
166 f0 f4 35 0 33
]],
},
}

for _, dialect in ipairs(DIALECTS) do
    dialect.fields = {}
    for _, field in ipairs(dialect.field_list) do dialect.fields[field.name] = field end
end

-- ---- The decoder ----------------------------------------------------------------------------------------------------
-- Reads bytes along the machine of a dialect. What its conditions and actions mean is that of src/codec/actions.h; no
-- byte is judged here. A reading is a stream under way, and small: values of fields are taken from the bytes later.

-- The actions of a byte, by name; those of fields go by convention.
local ACTIONS, SUFFIXES = {}, {}
local NOTHING = function() end

-- Of what was counted before the byte.
local COUNTED = {
    in_text = function(r) return r.text_left >= 1 end,
    room_2 = function(r) return r.text_left >= 2 end,
    room_3 = function(r) return r.text_left >= 3 end,
    room_4 = function(r) return r.text_left >= 4 end,
    in_list = function(r) return r.items_left >= 1 end,
}

-- The bytes that the frame must have at least, if this byte comes.
local LIMITED = {
    single_fits = function(_, _, sizes) return sizes.single_least end,
    length_high_fits = function(r, byte) return r.least + 256 * byte end,
    length_fits = function(r, byte) return r.least + 256 * r.text_left + byte end,
    n_bets_high_fits = function(_, byte, sizes) return sizes.batch_head + 256 * byte * sizes.bet_least end,
    n_bets_fits = function(r, byte, sizes)
        return sizes.batch_head + (256 * (r.items % 256) + byte) * sizes.bet_least
    end,
}

local function condition_of(name, sizes)
    local counted, least = COUNTED[name], LIMITED[name]
    return counted or function(r, byte, limit) return least(r, byte, sizes) <= limit end
end

-- ---- Actions: counts, events, errors ----

local function tell(r, kind, begin)
    r.events[#r.events + 1] = { kind = kind, begin = begin or r.frame_begin, fin = r.offset + 1, items = r.items,
                                agency = r.agency }
end

local function item_end(r, frame)
    r.items_left = r.items_left - 1
    if r.items_left == 0 then
        tell(r, frame)
        r.between = true
    end
end

local function frame_end(kind)
    return function(r)
        tell(r, kind)
        r.between = true
    end
end

function ACTIONS.length_byte(r, byte) r.text_left = r.text_left % 256 * 256 + byte end
function ACTIONS.text_byte(r) r.text_left = r.text_left - 1 end
function ACTIONS.n_bets_byte(r, byte) r.items = r.items % 256 * 256 + byte end
ACTIONS.n_winners_byte = ACTIONS.n_bets_byte
function ACTIONS.agency_byte(r, byte) r.agency = byte end

function ACTIONS.bet_begin(r) r.item_begin = r.offset end
function ACTIONS.single_begin(r, _, sizes) r.least = sizes.single_fixed end
ACTIONS.single_end = frame_end("BET")
function ACTIONS.batch_begin(r, _, sizes)
    r.least = sizes.batch_head + r.items * sizes.bet_fixed
    r.items_left = r.items
    tell(r, "BATCH_BEGIN")
end
function ACTIONS.batch_bet(r)
    tell(r, "BET", r.item_begin)
    item_end(r, "BATCH_END")
end
ACTIONS.finish = frame_end("FINISH")
ACTIONS.receipt = frame_end("RECEIPT")
ACTIONS.stored = frame_end("ANSWER")
ACTIONS.refused = frame_end("ANSWER")
function ACTIONS.winners_begin(r)
    r.items_left = r.items
    tell(r, "WINNERS_BEGIN")
    if r.items == 0 then
        tell(r, "WINNERS_END")
        r.between = true
    end
end
function ACTIONS.winner(r, _, _, dialect)
    tell(r, "WINNER", r.offset + 1 - dialect.fields.DOCUMENT.size)
    item_end(r, "WINNERS_END")
end

-- The first error that names a field stands.
local function refuse(r, code, field)
    if not r.error_field then
        r.code = r.code or code
        r.error_field = field
    end
end

local function refuses(code, field)
    return function(r) refuse(r, code, field) end
end

function ACTIONS.c0_error(r, byte)
    if r.text_left > 0 and (byte < 0x20 or byte == 0x7f) then r.code = "control" end
end
function ACTIONS.c1_error(r, byte)
    if byte >= 0x80 and byte <= 0x9f then r.code = "control" end
end
function ACTIONS.n_bets_error(r)
    if r.items_left == 0 then refuse(r, "limit", "N_BETS") end
end
ACTIONS.single_error = refuses("limit", nil)
ACTIONS.birthdate_error = refuses("date", "BIRTHDATE")
ACTIONS.answer_error = refuses("answer", "ANSWER")
ACTIONS.receipt_error = refuses("receipt", "RECEIPT")
-- The field that is asked next is the first of an item: if one is due it has refused the byte, and otherwise not.
function ACTIONS.item_error(r)
    if r.items_left > 0 then r.excluded = nil else r.elsewhere = true end
end

local function excludes(field)
    return function(r)
        if not r.elsewhere then r.excluded = r.excluded or field end
        r.elsewhere = false
    end
end

function SUFFIXES.byte() return NOTHING end         -- of an integer: its value is taken from the bytes
function SUFFIXES.n()
    return function(r) r.least = r.least + r.text_left end
end
function SUFFIXES.error(field)
    if field:sub(-2) == "_N" then return refuses("limit", field) end
    return function(r)
        if r.text_left > 0 then refuse(r, "utf8", field) end
    end
end
function SUFFIXES.value(field)
    return excludes(field:gsub("^BATCH_", ""):gsub("^BET_", ""))
end

local function action_of(name)
    local field, suffix = name:match("^(.+)_(%l+)$")
    return ACTIONS[name] or SUFFIXES[suffix](field:upper())
end

-- ---- The machine, from its rows ----

local function words(text)
    local found = {}
    for word in text:gmatch("[^,]+") do found[#found + 1] = word end
    return found
end

local function guard_of(text, sizes)
    local guard = {}
    for _, word in ipairs(words(text)) do
        local name = word:gsub("^!", "")
        guard[#guard + 1] = { holds = condition_of(name, sizes), wanted = word == name }
    end
    return guard
end

local function actions_in(text)
    local actions = {}
    for _, name in ipairs(words(text)) do
        local action = action_of(name)
        if action ~= NOTHING then actions[#actions + 1] = action end
    end
    return actions
end

-- states[state][byte] is a list of rows; the first whose guard holds is taken.
local function load_machine(dialect)
    local guards, actions, states = {}, {}, {}
    for i, text in ipairs(dialect.guards) do guards[i] = guard_of(text, dialect.sizes) end
    for i, text in ipairs(dialect.actions) do actions[i] = actions_in(text) end
    for row in dialect.rows:gmatch("[^\n]+") do
        local state, low, high, guard, target, action = row:match("(%d+) (%x+) (%x+) (%d+) (%d+) (%d+)")
        local made = { guard = guards[tonumber(guard)], target = tonumber(target), actions = actions[tonumber(action)] }
        state = tonumber(state)
        states[state] = states[state] or {}
        for byte = tonumber(low, 16), tonumber(high, 16) do
            states[state][byte] = states[state][byte] or {}
            table.insert(states[state][byte], made)
        end
    end
    dialect.states = states
end

for _, dialect in ipairs(DIALECTS) do load_machine(dialect) end

-- ---- Reading ----

-- A stream that begins in an entry of the machine.
local function reading_new(dialect, entry)
    return { state = dialect.entries[entry], between = true, offset = 0, frame_begin = 0, item_begin = 0,
             text_left = 0, items = 0, items_left = 0, least = 0, agency = 0, frames = 0, events = {} }
end

-- What the next byte finds; events are not part of it.
local function reading_copy(reading)
    local copy = {}
    for name, value in pairs(reading) do copy[name] = value end
    copy.events = {}
    return copy
end

local REFUSED = { target = 0, actions = {} }

local function holds_all(guard, r, byte, limit)
    for i = 1, #guard do
        if guard[i].holds(r, byte, limit) ~= guard[i].wanted then return false end
    end
    return true
end

local function row_taken(rows, r, byte, limit)
    for i = 1, rows and #rows or 0 do
        if holds_all(rows[i].guard, r, byte, limit) then return rows[i] end
    end
    return REFUSED
end

-- A byte that is refused under any limit is no error of the limit.
local function name_refusal(r, rows, byte)
    if r.code == "limit" and r.excluded and row_taken(rows, r, byte, math.huge).target == 0 then r.code = nil end
    if not r.code then
        r.code = r.excluded and "value" or "unexpected"
        r.error_field = r.excluded
    end
end

-- Reads bytes[at], bytes[at + 1] … (a string, from 1) up to the byte that raises events, which are then in r.events, or
-- to an error, which is in r.code, r.error_field and at r.offset, or to the end. Returns where to go on.
local function reading_run(dialect, r, bytes, at, limit)
    local states, sizes = dialect.states, dialect.sizes
    for i = at, #bytes do
        local byte = bytes:byte(i)
        if r.between then
            r.between = false
            r.frame_begin, r.item_begin = r.offset, r.offset
            r.items, r.items_left, r.least = 0, 0, 0
        end
        local rows = states[r.state] and states[r.state][byte]
        local row = row_taken(rows, r, byte, limit)
        local actions = row.actions
        for j = 1, #actions do actions[j](r, byte, sizes, dialect) end
        if row.target == 0 then
            name_refusal(r, rows, byte)
            return i
        end
        r.state = row.target
        r.offset = r.offset + 1
        if #r.events > 0 then return i + 1 end
    end
    return #bytes + 1
end

-- ---- What can be filtered -------------------------------------------------------------------------------------------
-- A field for each field of the grammar, by its name in small letters: sorteo.document; and some of what is concluded.

local sorteo = Proto("sorteo", "Sorteo lottery protocol")

local FIELDS = {}       -- of the grammar, by name
local concluded = {
    event = ProtoField.string("sorteo.event", "Event"),
    begin = ProtoField.uint64("sorteo.begin", "First byte in the stream"),
    fin = ProtoField.uint64("sorteo.end", "Byte after the last in the stream"),
    stream = ProtoField.string("sorteo.stream", "Stream"),
    dialect = ProtoField.string("sorteo.dialect", "Dialect"),
    stored = ProtoField.bool("sorteo.stored", "Stored"),
    begun_in = ProtoField.framenum("sorteo.begun_in", "Begun in", base.NONE, frametype.NONE),
    answered_in = ProtoField.framenum("sorteo.answered_in", "Answered in", base.NONE, frametype.RESPONSE),
    answer_to = ProtoField.framenum("sorteo.answer_to", "Answer to", base.NONE, frametype.REQUEST),
    answer_time = ProtoField.relative_time("sorteo.answer_time", "Time since the request"),
    error_code = ProtoField.string("sorteo.error.code", "Error"),
    error_field = ProtoField.string("sorteo.error.field", "Field of the error"),
    error_offset = ProtoField.uint64("sorteo.error.offset", "Byte of the error in the stream"),
    rest = ProtoField.bytes("sorteo.rest", "Not looked at"),
}

local function title_of(name)
    return ({ N_BETS = "Bets", N_WINNERS = "Winners", NO_BETS = "No bets" })[name]
        or name:gsub("_N$", " length"):gsub("^BET_", ""):gsub("^BATCH_", ""):gsub("_", " "):lower()
            :gsub("^%l", string.upper)
end

-- What is one field to who filters.
local function filter_name(name)
    return (name:gsub("^BET_AGENCY$", "AGENCY"):gsub("^BATCH_AGENCY$", "AGENCY"):gsub("^NO_BETS$", "N_BETS"))
end

-- The widest of all dialects counts.
local function declare_fields()
    local sizes, kinds = { ANSWER = 1, RECEIPT = 1 }, { ANSWER = "integer", RECEIPT = "integer" }
    for _, dialect in ipairs(DIALECTS) do
        for _, field in ipairs(dialect.field_list) do
            local name = filter_name(field.name)
            if name ~= "STORED" and name ~= "REFUSED" then
                sizes[name] = math.max(sizes[name] or 0, field.size)
                kinds[name] = field.kind
            end
        end
    end
    for name, kind in pairs(kinds) do
        local abbr, title = "sorteo." .. name:lower(), title_of(name)
        if kind ~= "integer" then
            FIELDS[name] = ProtoField.string(abbr, title, base.UNICODE)
        elseif name == "ANSWER" then
            FIELDS[name] = ProtoField.uint8(abbr, title, base.DEC, { [0] = "stored", [1] = "refused" })
        elseif sizes[name] > 4 then
            FIELDS[name] = ProtoField.uint64(abbr, title)
        else
            FIELDS[name] = ProtoField.uint32(abbr, title)
        end
    end
end

declare_fields()

local all_fields = {}
for _, field in pairs(FIELDS) do all_fields[#all_fields + 1] = field end
for _, field in pairs(concluded) do all_fields[#all_fields + 1] = field end
sorteo.fields = all_fields

-- The decoder's own errors, and what else an expert would say.
local EXPERTS = {}
for _, code in ipairs(CODES) do
    EXPERTS[code[1]] = ProtoExpert.new("sorteo.error." .. code[1] .. ".expert", code[2], expert.group.MALFORMED,
                                       expert.severity.ERROR)
end
EXPERTS.refused = ProtoExpert.new("sorteo.refused", "The server refused the request (section 6)",
                                  expert.group.RESPONSE_CODE, expert.severity.NOTE)
EXPERTS.lost = ProtoExpert.new("sorteo.lost", "Bytes are missing from the capture: what follows is not looked at",
                               expert.group.SEQUENCE, expert.severity.WARN)
EXPERTS.cut = ProtoExpert.new("sorteo.cut", "Goes on in the next segment: let TCP reassemble streams to see it",
                              expert.group.REASSEMBLE, expert.severity.WARN)
local all_experts = {}
for _, each in pairs(EXPERTS) do all_experts[#all_experts + 1] = each end
sorteo.experts = all_experts

local CODE_TEXTS = {}
for _, code in ipairs(CODES) do CODE_TEXTS[code[1]] = code[2] end

-- ---- What is shown of an event --------------------------------------------------------------------------------------
-- The fields of a frame's part, one after the other as the description has them: head or items.

local PARTS = {
    BATCH_BEGIN = { "BATCH", "head" }, BET = { "BATCH", "items" }, SINGLE = { "SINGLE", "head" },
    FINISH = { "FINISH", "head" }, WINNERS_BEGIN = { "WINNERS", "head" }, WINNER = { "WINNERS", "items" },
}

-- Big-endian; exact up to 2^53, and used as a number only where a field is short.
local function integer(bytes, at, size)
    local value = 0
    for i = at, at + size - 1 do value = value * 256 + bytes:byte(i) end
    return value
end

-- visit(field, at, size, is_whole) for each field of a part whose bytes begin at `at` (from 1) and that ends at `last`
-- at the latest: the last one visited may be cut short there.
local function walk(dialect, part, bytes, at, last, visit)
    local lengths = {}
    for _, name in ipairs(dialect.frames[part[1]][part[2]]) do
        local field = dialect.fields[name]
        local size = field.kind == "text" and lengths[name] or field.size
        local is_whole = at + size - 1 <= last
        if not is_whole then
            if at <= last then visit(field, at, last - at + 1, false) end
            return
        end
        if field.length_of then lengths[field.length_of] = integer(bytes, at, size) end
        if size > 0 or field.kind == "text" then visit(field, at, size, true) end
        at = at + size
    end
end

local function add_field(tree, field, range, size)
    local shown = FIELDS[filter_name(field.name)]
    if size == 0 then
        tree:add(shown, range, ""):append_text(" (empty)")
    elseif field.kind == "integer" then
        tree:add(shown, range)
    else
        tree:add_packet_field(shown, range, ENC_UTF_8 + ENC_NA)
    end
end

-- As `sorteo decode` writes it.
local function told(field, bytes, at, size)
    if field.kind == "text" then return ('"%s"'):format(bytes:sub(at, at + size - 1)) end
    if field.kind == "chars" then return bytes:sub(at, at + size - 1) end
    if size > 6 then return tostring(UInt64.new(integer(bytes, at + size - 4, 4), integer(bytes, at, size - 4))) end
    return ("%d"):format(integer(bytes, at, size))
end

local TOLD_AS = { n_bets = "bets", n_winners = "winners" }

-- "BET agency=1 name="A" … [2,25)": the same words as the tool's.
local function line_of(event, parts)
    local text = event.kind
    for _, part in ipairs(parts) do text = text .. " " .. part end
    return ("%s [%d,%d)"):format(text, event.begin, event.fin)
end

-- An event of a frame that ends with it, or is a part of one. `at` is where its bytes begin, from 1, or nil if some of
-- them are in an earlier segment.
local function show_event(dialect, event, tree, tvb, bytes, at)
    local size = at and event.fin - event.begin or 0
    local item = tree:add(concluded.event, at and tvb(at - 1, size) or tvb(0, 0), event.kind)
    local parts = {}
    item:add(concluded.begin, UInt64(event.begin)):set_generated()
    item:add(concluded.fin, UInt64(event.fin)):set_generated()
    local part = PARTS[event.is_single and "SINGLE" or event.kind]
    if part and at then
        walk(dialect, part, bytes, at, at + size - 1, function(field, from, len)
            add_field(item, field, len > 0 and tvb(from - 1, len) or tvb(from - 1, 0), len)
            local name = TOLD_AS[field.value] or field.name:lower():gsub("^bet_", ""):gsub("^batch_", "")
            if not field.length_of and field.name ~= "NO_BETS" then
                parts[#parts + 1] = name .. "=" .. told(field, bytes, from, len)
            end
        end)
        if event.kind == "BET" and not event.is_single and dialect.parameters.batch_agency_size > 0 then
            item:add(FIELDS.AGENCY, event.agency):set_generated()
            table.insert(parts, 1, "agency=" .. event.agency)
        end
    elseif event.kind == "ANSWER" then
        local stored = bytes:byte(at) == 0
        item:add(FIELDS.ANSWER, tvb(at - 1, 1))
        item:add(concluded.stored, stored):set_generated()
        parts[1] = "stored=" .. tostring(stored)
        if not stored then item:add_proto_expert_info(EXPERTS.refused) end
    elseif event.kind == "RECEIPT" then
        item:add(FIELDS.RECEIPT, tvb(at - 1, 1))
    else
        parts[1] = (event.kind == "BATCH_END" and "bets=" or "winners=") .. event.items
        item:set_generated()
    end
    item:set_text(line_of(event, parts))
    return item
end

-- The part of a frame that is under way, as far as its bytes say which it is: the frames that may begin differ in what
-- their first field may be.
local function part_under_way(dialect, reading, entry, bytes, at)
    if entry == "bet_stream" then return PARTS.SINGLE end
    if entry == "winners" then return reading.items_left > 0 and PARTS.WINNER or PARTS.WINNERS_BEGIN end
    if entry ~= "agency_stream" or reading.error_field == "RECEIPT" then return nil end
    if reading.items_left > 0 then return PARTS.BET end
    local count = dialect.fields.N_BETS.size
    if #bytes < at + count - 1 then return nil end
    return integer(bytes, at, count) == 0 and PARTS.FINISH or PARTS.BATCH_BEGIN
end

local function show_error(dialect, reading, entry, tree, tvb, bytes, at, error_at)
    local field = reading.error_field or "-"
    local item = tree:add(concluded.event, tvb(at - 1, error_at - at + 1), "ERROR")
    local part = part_under_way(dialect, reading, entry, bytes, at)
    if part then
        walk(dialect, part, bytes, at, error_at, function(each, from, len)
            if from + len - 1 < error_at then
                add_field(item, each, len > 0 and tvb(from - 1, len) or tvb(from - 1, 0), len)
            end
        end)
    end
    local byte = tvb(error_at - 1, 1)
    item:add(concluded.error_offset, byte, UInt64(reading.offset))
    item:add(concluded.error_code, byte, reading.code):add_proto_expert_info(EXPERTS[reading.code],
        ("byte %d, %s: %s: %s"):format(reading.offset, field, reading.code, CODE_TEXTS[reading.code]))
    item:add(concluded.error_field, byte, field)
    item:set_text(("ERROR %s in %s at byte %d: %s")
        :format(reading.code, field, reading.offset, CODE_TEXTS[reading.code]))
    if error_at < #bytes then tree:add(concluded.rest, tvb(error_at)) end
end

-- ---- Conversations --------------------------------------------------------------------------------------------------
-- Both directions of each connection. Wireshark gives each piece of a stream once in order, and later in any order:
-- what a piece found when it came first is kept by its packet.

local conversations = {}        -- by TCP stream
local by_packet = {}            -- the same, by the number of each packet

local tcp_stream = Field.new("tcp.stream")
local tcp_lost = Field.new("tcp.analysis.lost_segment")

local function side_new(dialect, entry)
    return { entry = entry, reading = reading_new(dialect, entry), calls = {}, cursors = {}, pending = 0, ends = {} }
end

local function conversation_new(dialect, entry, pinfo, server_ports)
    local is_from_server = server_ports[pinfo.src_port] and not server_ports[pinfo.dst_port]
    return {
        dialect = dialect,
        -- The agency speaks first.
        agency_port = is_from_server and pinfo.dst_port or pinfo.src_port,
        agency_address = tostring(is_from_server and pinfo.dst or pinfo.src),
        agency = side_new(dialect, entry),
        server = side_new(dialect, "silence"),
        requests = {},      -- in order: what is owed a reply
    }
end

local function ends_of(pinfo)
    local ends = { ("%s %d"):format(pinfo.src, pinfo.src_port), ("%s %d"):format(pinfo.dst, pinfo.dst_port) }
    table.sort(ends)
    return table.concat(ends, " ")
end

-- Fields of TCP are there where Wireshark makes a tree; the first pass of `tshark -2` makes none, and goes by addresses
-- and ports, of which the last connection that had them counts.
local function conversation_known(pinfo)
    local stream = tcp_stream()
    return by_packet[pinfo.number] or stream and conversations[stream.value] or conversations[ends_of(pinfo)]
end

local function conversation_of(dialect, entry, pinfo, server_ports)
    local stream = tcp_stream()
    local key = stream and stream.value or ends_of(pinfo)
    local conversation = by_packet[pinfo.number] or conversations[key]
    if not conversation or conversation.dialect ~= dialect then
        conversation = conversation_new(dialect, entry, pinfo, server_ports)
        conversations[key] = conversation
    end
    by_packet[pinfo.number] = conversation
    return conversation
end

local function side_of(conversation, pinfo)
    if pinfo.src_port == conversation.agency_port and tostring(pinfo.src) == conversation.agency_address then
        return conversation.agency, true
    end
    return conversation.server, false
end

-- What the side was when this piece came first. A packet may bring several pieces, always the same ones in the same
-- order; but later without what was still to be reassembled at their end.
local function call_of(side, conversation, pinfo, tvb)
    local calls = side.calls[pinfo.number]
    if not pinfo.visited then
        local call = { reading = reading_copy(side.reading), failed = side.failed, known = #conversation.requests,
                       len = tvb:len() }
        if not calls then
            side.calls[pinfo.number] = { call }
        else
            calls[#calls + 1] = call
        end
        return call
    end
    local first = side.cursors[pinfo.number] or 0
    for i = 1, calls and #calls or 0 do
        local at = (first + i - 1) % #calls + 1
        if calls[at].len >= tvb:len() then
            side.cursors[pinfo.number] = at
            return calls[at]
        end
    end
    return nil
end

-- A request that a reply is owed for; where its last byte is.
local function note_request(conversation, call, pinfo, reply)
    if not pinfo.visited then
        local request = { reply = reply, number = pinfo.number, time = pinfo.abs_ts }
        table.insert(conversation.requests, request)
    end
    call.requests = call.requests or {}
    if not pinfo.visited then table.insert(call.requests, #conversation.requests) end
end

local REPLY_TO = { BATCH_END = "answer", SINGLE = "answer", FINISH = "winners" }

-- Which reply is due next, for a side that is between two frames. A frame may be refused before it is whole: then the
-- answer is to what is under way.
local function reply_due(conversation, reading, known)
    local request = conversation.requests[reading.frames + 1]
    if request and reading.frames < known then return request.reply end
    return nil
end

-- ---- The dissector --------------------------------------------------------------------------------------------------
-- An event at a time: as soon as its last byte is there, it is shown. So a batch of any size needs no more reassembly
-- than its longest bet, and an error shows in the packet that has its byte.

local preferences = sorteo.prefs
local choices = {}
for i, dialect in ipairs(DIALECTS) do choices[i] = { i, dialect.name, i } end
preferences.dialect = Pref.enum("Dialect", 1, "Of connections that nothing else says the dialect of", choices, false)
preferences.max_frame = Pref.string("Frame limit", "", "What --max-frame the servers were started with: bytes, or for "
    .. "each port bytes of its own, such as 12345:1048576,12346:8000. Empty: no limit")
for _, dialect in ipairs(DIALECTS) do
    preferences["ports_" .. dialect.name] = Pref.range("Ports, " .. dialect.name,
        dialect.number == 0 and "12345" or "", "Where servers of this dialect listen", 65535)
    preferences["bet_ports_" .. dialect.name] = Pref.range("Ports for single bets, " .. dialect.name, "",
        "Where servers of this dialect take single bets", 65535)
end

local server_ports, bet_ports, limits = {}, {}, {}

local function note_ports(text, ...)
    for first, last in tostring(text):gmatch("(%d+)%-?(%d*)") do
        for port = tonumber(first), tonumber(last) or tonumber(first) do
            for _, ports in ipairs({ ... }) do ports[port] = true end
        end
    end
end

local function note_limits(text)
    limits = { any = math.huge }
    for port, bytes in text:gmatch("(%d*):?(%d+)") do
        limits[tonumber(port) or "any"] = tonumber(bytes)
    end
end

local function limit_of(pinfo)
    return limits[pinfo.dst_port] or limits[pinfo.src_port] or limits.any
end

-- ---- Columns ----

local function summary_of(event)
    if event.kind == "BATCH_BEGIN" then return ("BATCH of %d"):format(event.items) end
    if event.kind == "WINNERS_BEGIN" then return ("WINNERS, %d"):format(event.items) end
    if event.is_single then return ("SINGLE, agency %d"):format(event.agency) end
    if event.kind == "FINISH" then return ("FINISH, agency %d"):format(event.agency) end
    if event.kind == "RECEIPT" then return "RECEIPT" end
    return nil
end

local Summary = {}
Summary.__index = Summary

-- Answers in a row are counted; bets too, where neither end of their batch is here.
function Summary:add(event, stored)
    local text = summary_of(event)
    if event.kind == "ANSWER" then
        text = stored and "ANSWER stored" or "ANSWER refused"
    elseif event.kind == "BATCH_END" and not self.has_begun then
        text = ("end of BATCH of %d"):format(event.items)
    elseif event.kind == "BET" and not event.is_single and #self.parts == 0 then
        text = "bets of a BATCH"
    end
    self.has_begun = event.kind == "BATCH_BEGIN" or self.has_begun and event.kind ~= "BATCH_END"
    if not text then return end
    local last = self.parts[#self.parts]
    if last and last.text == "bets of a BATCH" and event.kind == "BATCH_END" then
        last.text = text
    elseif last and last.text == text then
        last.count = last.count + 1
    else
        self.parts[#self.parts + 1] = { text = text, count = 1 }
    end
end

function Summary:text()
    local texts = {}
    for i, part in ipairs(self.parts) do
        texts[i] = part.count > 1 and ("%d × %s"):format(part.count, part.text) or part.text
    end
    return table.concat(texts, "; ")
end

-- ---- One piece of one direction ----

local function time_since(request, pinfo)
    local micros = math.floor((pinfo.abs_ts - request.time) * 1e6 + 0.5)
    return NSTime.new(math.floor(micros / 1e6), micros % 1e6 * 1000)
end

-- A frame that ends in a later packet says where it began.
local function note_begin(side, call, event, pinfo)
    if pinfo.visited then return end
    if event.kind:find("_BEGIN$") then
        side.begun_in = pinfo.number
    elseif event.kind:find("_END$") and side.begun_in ~= pinfo.number then
        call.begun_in = side.begun_in
    end
end

local function add_links(conversation, call, event, item, pinfo, request)
    if call.begun_in and event.kind:find("_END$") then
        item:add(concluded.begun_in, call.begun_in):set_generated()
    end
    if request and event.kind ~= "WINNER" then
        item:add(concluded.answer_to, request.number):set_generated()
        item:add(concluded.answer_time, time_since(request, pinfo)):set_generated()
        request.answered_in = request.answered_in or pinfo.number
    end
    if event.request and conversation.requests[event.request].answered_in then
        item:add(concluded.answered_in, conversation.requests[event.request].answered_in):set_generated()
    end
end

local function decode(conversation, side, call, is_from_agency, tvb, pinfo, tree)
    local dialect, entry = conversation.dialect, side.entry
    local r, bytes, limit = reading_copy(call.reading), tvb:raw(), limit_of(pinfo)
    local base, at, begin, before = r.offset, 1, 1, nil
    local summary, nth = setmetatable({ parts = {} }, Summary), 0
    repeat
        local request
        if not is_from_agency then
            if r.between then
                entry = reply_due(conversation, r, call.known) or "silence"
                if entry == "silence" and call.asking then entry = "answer" end
                r.state = dialect.entries[entry]
            end
            request = conversation.requests[r.frames + 1]
        end
        before = reading_copy(r)
        at = reading_run(dialect, r, bytes, at, limit)
        for _, event in ipairs(r.events) do
            event.is_single = side.entry == "bet_stream" and event.kind == "BET"
            local reply = is_from_agency and REPLY_TO[event.is_single and "SINGLE" or event.kind]
            if reply then
                nth = nth + 1
                if not pinfo.visited then note_request(conversation, call, pinfo, reply) end
                event.request = call.requests and call.requests[nth]
            end
            local first = event.begin - base + 1
            local item = show_event(dialect, event, tree, tvb, bytes, first >= 1 and first or nil)
            note_begin(side, call, event, pinfo)
            add_links(conversation, call, event, item, pinfo, request)
            summary:add(event, event.kind == "ANSWER" and bytes:byte(first) == 0)
        end
        if #r.events > 0 then
            if r.between then r.frames = r.frames + 1 end
            r.events, begin, before = {}, at, nil
        end
    until r.code or at > #bytes
    if r.code then
        side.entry_of_error = entry
        show_error(dialect, r, entry, tree, tvb, bytes, begin, at)
        summary.parts[#summary.parts + 1] = { text = ("ERROR %s at byte %d"):format(r.code, r.offset), count = 1 }
    end
    return r, before, begin, summary
end

-- A frame that is refused by the bytes that it has is answered, all but a RECEIPT.
local function note_failure(conversation, side, call, pinfo, reading, is_from_agency)
    side.failed = true
    if is_from_agency and reading.error_field ~= "RECEIPT" then note_request(conversation, call, pinfo, "answer") end
end

local function commit(conversation, side, call, pinfo, reading, before, pending, is_from_agency)
    if pinfo.visited then return end
    if reading.code then note_failure(conversation, side, call, pinfo, reading, is_from_agency) end
    side.reading = before or reading
    side.under_way, side.pending = not reading.between, pending
end

local function dissect(dialect, entry, tvb, pinfo, root)
    local conversation = conversation_of(dialect, entry, pinfo, server_ports)
    local side, is_from_agency = side_of(conversation, pinfo)
    if tcp_lost() then side.lost_from = math.min(side.lost_from or pinfo.number, pinfo.number) end
    local is_lost = side.lost_from and pinfo.number >= side.lost_from
    local call = call_of(side, conversation, pinfo, tvb)
    local tree = root:add(sorteo, tvb())
    pinfo.cols.protocol = "SORTEO"
    tree:add(concluded.dialect, dialect.name):set_generated()
    tree:add(concluded.stream, is_from_agency and entry or "replies"):set_generated()
    if not call or call.failed or is_lost then
        local rest = tree:add(concluded.rest, tvb())
        if not call or is_lost then rest:add_proto_expert_info(EXPERTS.lost) end
        pinfo.cols.info = call and call.failed and "after an error" or "bytes are missing before these"
        return tvb:len()
    end
    if not pinfo.visited then call.asking = not is_from_agency and conversation.agency.under_way end
    local reading, before, begin, summary =
        decode(conversation, side, call, is_from_agency, tvb, pinfo, tree)
    local pending = reading.code and 0 or tvb:len() - (begin - 1)
    commit(conversation, side, call, pinfo, reading, before, pending, is_from_agency)
    if #summary.parts > 0 then
        pinfo.cols.info = ("%s: %s"):format(dialect.name, summary:text())
        pinfo.cols.info:fence()
    end
    if pending > 0 then
        if pinfo.can_desegment > 0 then
            pinfo.desegment_offset = begin - 1
            pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
        else
            tree:add(concluded.rest, tvb(begin - 1)):add_proto_expert_info(EXPERTS.cut)
            if not pinfo.visited then side.lost_from = pinfo.number + 1 end
        end
    end
    return tvb:len()
end

-- ---- What Wireshark knows of it ----

local tcp_ports, tls_ports = DissectorTable.get("tcp.port"), DissectorTable.get("tls.port")
local alpn = DissectorTable.get("tls.alpn")

-- A protocol for each stream of each dialect, to choose in "Decode As…"; fields are those of all.
local variants = {}

local function add_variant(dialect, entry, name, description)
    local variant = Proto(name, description)
    variant.dissector = function(tvb, pinfo, root) return dissect(dialect, entry, tvb, pinfo, root) end
    tcp_ports:add_for_decode_as(variant)
    tls_ports:add_for_decode_as(variant)
    variants[#variants + 1] = variant
    return variant
end

for _, dialect in ipairs(DIALECTS) do
    dialect.variant = add_variant(dialect, "agency_stream", "sorteo_" .. dialect.name, "Sorteo, " .. dialect.name)
    dialect.bet_variant = add_variant(dialect, "bet_stream", "sorteo_" .. dialect.name .. "_bets",
                                      "Sorteo, " .. dialect.name .. ", single bets")
    local by_name = Proto("sorteo_" .. dialect.name .. "_alpn", "Sorteo over TLS, " .. dialect.name)
    by_name.dissector = function(tvb, pinfo, root)
        local is_bet = bet_ports[pinfo.src_port] or bet_ports[pinfo.dst_port]
        return dissect(dialect, is_bet and "bet_stream" or "agency_stream", tvb, pinfo, root)
    end
    alpn:add("sorteo/" .. dialect.name, by_name)
end

function sorteo.dissector(tvb, pinfo, root)
    return dissect(DIALECTS[preferences.dialect], "agency_stream", tvb, pinfo, root)
end
tcp_ports:add_for_decode_as(sorteo)
tls_ports:add_for_decode_as(sorteo)

-- Only what was set here goes: "Decode As…" is in the same table.
local applied = {}

local function apply_ports(name, variant)
    local ports, before = preferences[name], applied[name]
    if before and tostring(before) == tostring(ports) then return end
    if before and tostring(before) ~= "" then tcp_ports:remove(before, variant) end
    if tostring(ports) ~= "" then tcp_ports:add(ports, variant) end
    applied[name] = ports
end

local function apply_preferences()
    server_ports, bet_ports = {}, {}
    note_limits(preferences.max_frame)
    for _, dialect in ipairs(DIALECTS) do
        local name, bets = "ports_" .. dialect.name, "bet_ports_" .. dialect.name
        note_ports(preferences[name], server_ports)
        note_ports(preferences[bets], server_ports, bet_ports)
        apply_ports(name, dialect.variant)
        apply_ports(bets, dialect.bet_variant)
    end
end

sorteo.prefs_changed = apply_preferences

function sorteo.init()
    conversations, by_packet = {}, {}
    apply_preferences()
end

-- ---- The end of a direction ----
-- TCP tells a dissector of no end without bytes, so the packets that bring one are looked at once more.

local ending = Proto("sorteo_end", "Sorteo, the end of a stream")
local tcp_fin, tcp_reset = Field.new("tcp.flags.fin"), Field.new("tcp.flags.reset")

function ending.dissector(tvb, pinfo, root)
    if next(conversations) == nil or not tcp_fin() then return end
    local conversation = conversation_known(pinfo)
    if not conversation or not (tcp_fin().value or tcp_reset().value) then return end
    local side = side_of(conversation, pinfo)
    if not side.failed and not side.lost_from and side.under_way then
        side.ends[pinfo.number] = side.reading.offset + side.pending
        side.failed, by_packet[pinfo.number] = true, conversation
    end
    local offset = side.ends[pinfo.number]
    if not offset then return end
    local tree = root:add(sorteo, tvb(0, 0))
    local item = tree:add(concluded.event, "ERROR"):set_generated()
    item:add(concluded.error_offset, UInt64(offset)):set_generated()
    item:add(concluded.error_code, "truncated"):set_generated():add_proto_expert_info(EXPERTS.truncated,
        ("byte %d, -: truncated: %s"):format(offset, CODE_TEXTS.truncated))
    item:add(concluded.error_field, "-"):set_generated()
    item:set_text(("ERROR truncated at byte %d: %s"):format(offset, CODE_TEXTS.truncated))
end

register_postdissector(ending)
