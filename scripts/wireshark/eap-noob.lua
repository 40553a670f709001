-- SPDX-License-Identifier: GPL-2.0-only
-- eap-noob.lua - Wireshark dissector of EAP-NOOB (RFC 9140), EAP method type 56.
--
-- Wireshark 4.0 shows "Unknown type (0x38)" and the octets of the JSON object. This script reads the
-- object's top-level members as a post-dissector: it works wherever Wireshark finds EAP, over EAPOL
-- and over RADIUS alike.
--
-- Use:   tshark -X lua_script:scripts/wireshark/eap-noob.lua -r file.pcap
--        wireshark -X lua_script:scripts/wireshark/eap-noob.lua file.pcap
-- Filters: eap-noob, eap-noob.type == 6, eap-noob.error_code == 2003, eap-noob.peer_id contains "x"

local noob = Proto("eap-noob", "Nimble Out-of-Band Authentication for EAP")

local TYPES = { -- section 5.2
    [0] = "error notification",
    [1] = "handshake",
    [2] = "Initial Exchange, negotiation",
    [3] = "Initial Exchange, keys",
    [4] = "Waiting Exchange",
    [5] = "Completion Exchange, NoobId",
    [6] = "Completion Exchange, MAC",
    [7] = "Reconnect Exchange, negotiation",
    [8] = "Reconnect Exchange, keys",
    [9] = "Reconnect Exchange, MAC",
}
local STATES = { -- section 3.1
    [0] = "Unregistered",
    [1] = "Waiting for OOB",
    [2] = "OOB Received",
    [3] = "Reconnecting",
    [4] = "Registered",
}
local DIRECTIONS = { [1] = "peer to server", [2] = "server to peer", [3] = "both" }
local SUITES = { [1] = "Curve25519, SHA-256", [2] = "P-256, SHA-256" }
local MODES = {
    [1] = "without ECDHE",
    [2] = "with ECDHE",
    [3] = "with ECDHE, new cryptosuite",
}
local ERRORS = { -- section 5.3
    [1001] = "Invalid NAI",
    [1002] = "Invalid message structure",
    [1003] = "Invalid data",
    [1004] = "Unexpected message type",
    [1005] = "Invalid ECDHE key",
    [2001] = "Unwanted peer",
    [2002] = "State mismatch, user action required",
    [2003] = "Unrecognized OOB message identifier",
    [2004] = "Unexpected peer identifier",
    [3001] = "No mutually supported protocol version",
    [3002] = "No mutually supported cryptosuite",
    [3003] = "No mutually supported OOB direction",
    [4001] = "HMAC verification failure",
    [5001] = "Application-specific error",
    [5002] = "Invalid server info",
    [5003] = "Invalid server URL",
    [5004] = "Invalid peer info",
}

-- Member of the JSON object -> field. Numbers carry their names, the rest is shown as it stands.
local fields = {
    Type = ProtoField.uint8("eap-noob.type", "Type", base.DEC, TYPES),
    PeerId = ProtoField.string("eap-noob.peer_id", "PeerId"),
    PeerState = ProtoField.uint8("eap-noob.peer_state", "PeerState", base.DEC, STATES),
    Vers = ProtoField.string("eap-noob.vers", "Vers"),
    Verp = ProtoField.uint16("eap-noob.verp", "Verp"),
    NewNAI = ProtoField.string("eap-noob.new_nai", "NewNAI"),
    Cryptosuites = ProtoField.string("eap-noob.cryptosuites", "Cryptosuites"),
    Cryptosuitep = ProtoField.uint16("eap-noob.cryptosuitep", "Cryptosuitep", base.DEC, SUITES),
    Dirs = ProtoField.uint8("eap-noob.dirs", "Dirs", base.DEC, DIRECTIONS),
    Dirp = ProtoField.uint8("eap-noob.dirp", "Dirp", base.DEC, DIRECTIONS),
    ServerInfo = ProtoField.string("eap-noob.server_info", "ServerInfo"),
    PeerInfo = ProtoField.string("eap-noob.peer_info", "PeerInfo"),
    PKs = ProtoField.string("eap-noob.pks", "PKs"),
    PKp = ProtoField.string("eap-noob.pkp", "PKp"),
    Ns = ProtoField.string("eap-noob.ns", "Ns"),
    Np = ProtoField.string("eap-noob.np", "Np"),
    SleepTime = ProtoField.uint16("eap-noob.sleep_time", "SleepTime (s)"),
    NoobId = ProtoField.string("eap-noob.noob_id", "NoobId"),
    MACs = ProtoField.string("eap-noob.macs", "MACs"),
    MACp = ProtoField.string("eap-noob.macp", "MACp"),
    KeyingMode = ProtoField.uint8("eap-noob.keying_mode", "KeyingMode", base.DEC, MODES),
    PKs2 = ProtoField.string("eap-noob.pks2", "PKs2"),
    PKp2 = ProtoField.string("eap-noob.pkp2", "PKp2"),
    Ns2 = ProtoField.string("eap-noob.ns2", "Ns2"),
    Np2 = ProtoField.string("eap-noob.np2", "Np2"),
    MACs2 = ProtoField.string("eap-noob.macs2", "MACs2"),
    MACp2 = ProtoField.string("eap-noob.macp2", "MACp2"),
    ErrorCode = ProtoField.uint16("eap-noob.error_code", "ErrorCode", base.DEC, ERRORS),
    ErrorInfo = ProtoField.string("eap-noob.error_info", "ErrorInfo"),
}
local NUMBERS = {
    Type = true, PeerState = true, Verp = true, Cryptosuitep = true, Dirs = true, Dirp = true,
    SleepTime = true, KeyingMode = true, ErrorCode = true,
}
noob.fields = fields

local malformed = ProtoExpert.new("eap-noob.malformed", "Not a JSON object of EAP-NOOB",
    expert.group.MALFORMED, expert.severity.ERROR)
noob.experts = { malformed }

local eap_type = Field.new("eap.type")
local eap_code = Field.new("eap.code")
local eap_len = Field.new("eap.len")

local METHOD = 56
local EAP_HEADER = 5

-- Position after the JSON value that begins at `i`; nil when it does not end.
local function value_end(text, i)
    local depth, n = 0, #text
    while i <= n do
        local c = text:sub(i, i)
        if c == '"' then
            i = i + 1
            while i <= n and text:sub(i, i) ~= '"' do
                i = i + (text:sub(i, i) == "\\" and 2 or 1)
            end
            if i > n then return nil end
            if depth == 0 then return i + 1 end
        elseif c == "{" or c == "[" then
            depth = depth + 1
        elseif c == "}" or c == "]" then
            if depth == 0 then return i end -- a number or word ends where its object does
            depth = depth - 1
            if depth == 0 then return i + 1 end
        elseif depth == 0 and c:find("[,%s]") then
            return i
        end
        i = i + 1
    end
    return nil
end

-- Top-level members in order: { name, value text, offset, length }; nil when malformed.
local function members(text)
    local list = {}
    local i = text:match("^%s*{%s*()")
    if not i then return nil end
    if text:find("^}", i) then return list end
    while true do
        local name, at = text:match('^"([%w]+)"%s*:%s*()', i)
        if not name then return nil end
        local stop = value_end(text, at)
        if not stop then return nil end
        list[#list + 1] = { name, text:sub(at, stop - 1), at - 1, stop - at }
        local separator, after = text:match("^%s*([,}])%s*()", stop)
        if separator == "}" then return list end
        if not separator then return nil end
        i = after
    end
end

local function add_member(tree, range, m)
    local name, value = m[1], m[2]
    local where = range:range(m[3], m[4])
    local number = NUMBERS[name] and tonumber(value)
    if not fields[name] then
        tree:add(where, "Unknown member " .. name .. ": " .. value)
    elseif number and number >= 0 and number <= 65535 then
        tree:add(fields[name], where, math.floor(number))
    elseif NUMBERS[name] then
        tree:add_proto_expert_info(malformed, name .. " is no number of its range")
    else
        tree:add(fields[name], where, (value:gsub('^"(.*)"$', "%1")))
    end
end

local function dissect_message(range, is_request, pinfo, root)
    local text = range:string()
    local tree = root:add(noob, range)
    local list = members(text)
    if not list then
        tree:add_proto_expert_info(malformed)
        return
    end
    for _, m in ipairs(list) do
        add_member(tree, range, m)
        if m[1] == "Type" then
            local what = ("EAP-NOOB type %s %s (%s)"):format(m[2],
                is_request and "request" or "response",
                TYPES[tonumber(m[2])] or "unknown")
            tree:set_text(what)
            pinfo.cols.info:append(" | " .. what)
        end
    end
end

-- A post-dissector: EAP has already found its packets, also those put together from several
-- EAP-Message attributes.
function noob.dissector(_, pinfo, root)
    local types, codes, lengths = { eap_type() }, { eap_code() }, { eap_len() }
    local t = 1
    for k, code in ipairs(codes) do
        if code.value == 1 or code.value == 2 then
            local method = types[t]
            t = t + 1
            local size = lengths[k] and lengths[k].value or 0
            if method and method.value == METHOD and size > EAP_HEADER then
                local source = method.source
                local at = method.offset + 1
                if source and source:len() >= at + size - EAP_HEADER then
                    dissect_message(source:range(at, size - EAP_HEADER), code.value == 1, pinfo,
                        root)
                end
            end
        end
    end
end

register_postdissector(noob)
