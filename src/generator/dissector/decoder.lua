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
