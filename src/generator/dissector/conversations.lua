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
