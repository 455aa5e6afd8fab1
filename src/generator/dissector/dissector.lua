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
