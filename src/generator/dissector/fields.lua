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
