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
