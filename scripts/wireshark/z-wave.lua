-- SPDX-License-Identifier: GPL-2.0-only
-- z-wave.lua - Wireshark dissector of Z-Wave frames (ITU-T G.9959, R1 to R3), link type 147 (user 0).
--
-- A frame is one MPDU without preamble: HomeID 4, source 1, frame control 2, length 1, on R3 sequence
-- number 1, destination 1, payload, and a check of 1 octet (R1, R2) or 2 octets (R3). The capture does
-- not say the rate: a frame is of R3 if its CRC is right as of R3, else its exclusive or is checked.
--
-- Use:   tshark -X lua_script:scripts/wireshark/z-wave.lua -r file.pcap
--        wireshark -X lua_script:scripts/wireshark/z-wave.lua file.pcap
-- Filters: zwave.home == 0xc0000007, zwave.dst == 255, zwave.type == 3, zwave.class == 0x9f, zwave.check_bad

local zwave = Proto("zwave", "Z-Wave (ITU-T G.9959)")

local TYPES = { [1] = "singlecast", [2] = "multicast", [3] = "acknowledgement", [8] = "routed" }
local CLASSES = { [0x01] = "Z-Wave Protocol", [0x22] = "Application Status", [0x98] = "Security 0", [0x9f] = "Security 2" }
local COMMANDS = {
    [0x01] = {
        [0x01] = "Node Information Frame", [0x03] = "Assign IDs", [0x08] = "Transfer Presentation",
        [0x23] = "Exclude Request", [0x27] = "SmartStart Prime", [0x28] = "SmartStart Inclusion Request",
    },
    [0x98] = {
        [0x02] = "Commands Supported Get", [0x03] = "Commands Supported Report",
        [0x04] = "Scheme Get", [0x05] = "Scheme Report", [0x06] = "Network Key Set",
        [0x07] = "Network Key Verify", [0x08] = "Scheme Inherit", [0x40] = "Nonce Get",
        [0x80] = "Nonce Report", [0x81] = "Message Encapsulation",
        [0xc1] = "Message Encapsulation Nonce Get",
    },
    [0x9f] = {
        [0x01] = "Nonce Get", [0x02] = "Nonce Report", [0x03] = "Message Encapsulation",
        [0x04] = "KEX Get", [0x05] = "KEX Report", [0x06] = "KEX Set", [0x07] = "KEX Fail",
        [0x08] = "Public Key Report", [0x09] = "Network Key Get", [0x0a] = "Network Key Report",
        [0x0b] = "Network Key Verify", [0x0c] = "Transfer End", [0x0d] = "Commands Supported Get",
        [0x0e] = "Commands Supported Report",
    },
}

local f = {
    home = ProtoField.uint32("zwave.home", "HomeID", base.HEX),
    src = ProtoField.uint8("zwave.src", "Source"),
    dst = ProtoField.uint8("zwave.dst", "Destination"),
    type = ProtoField.uint8("zwave.type", "Header type", base.DEC, TYPES, 0x0f),
    ack = ProtoField.bool("zwave.ack_request", "Acknowledgement requested", 8, nil, 0x40),
    seq = ProtoField.uint8("zwave.seq", "Sequence number"),
    length = ProtoField.uint8("zwave.length", "Length"),
    class = ProtoField.uint8("zwave.class", "Command class", base.HEX, CLASSES),
    command = ProtoField.uint8("zwave.command", "Command", base.HEX),
    payload = ProtoField.bytes("zwave.payload", "Payload"),
    explore = ProtoField.bytes("zwave.explore", "Explore frame"),
    check8 = ProtoField.uint8("zwave.check", "Checksum (R1, R2)", base.HEX),
    check16 = ProtoField.uint16("zwave.crc", "CRC (R3)", base.HEX),
}
zwave.fields = { f.home, f.src, f.dst, f.type, f.ack, f.seq, f.length, f.class, f.command, f.payload, f.explore,
    f.check8, f.check16 }
local bad = ProtoExpert.new("zwave.check_bad", "Wrong checksum", expert.group.CHECKSUM,
    expert.severity.ERROR)
zwave.experts = { bad }

local SHORTEST = 10 -- an acknowledgement on R1 and R2

local function crc16(tvb, n) -- polynomial 0x1021, initial value 0x1d0f
    local crc = 0x1d0f
    for i = 0, n - 1 do
        crc = bit32.bxor(crc, bit32.lshift(tvb(i, 1):uint(), 8))
        for _ = 1, 8 do
            local carry = bit32.btest(crc, 0x8000)
            crc = bit32.band(bit32.lshift(crc, 1), 0xffff)
            if carry then crc = bit32.bxor(crc, 0x1021) end
        end
    end
    return crc
end

local function sum8(tvb, n)
    local sum = 0xff
    for i = 0, n - 1 do sum = bit32.bxor(sum, tvb(i, 1):uint()) end
    return sum
end

local function add_check(tvb, tree, r3)
    local n = tvb:len()
    local at, item = r3 and n - 2 or n - 1, nil
    if r3 then
        tree:add(f.check16, tvb(at, 2))
    else
        item = tree:add(f.check8, tvb(at, 1))
        if sum8(tvb, at) ~= tvb(at, 1):uint() then item:add_proto_expert_info(bad) end
    end
    return at
end

local function add_command(tvb, tree, from, to)
    local class = tvb(from, 1):uint()
    tree:add(f.class, tvb(from, 1))
    if to - from < 2 then return CLASSES[class] or string.format("class 0x%02x", class) end
    local command = tvb(from + 1, 1):uint()
    local name = COMMANDS[class] and COMMANDS[class][command]
    tree:add(f.command, tvb(from + 1, 1)):append_text(name and " (" .. name .. ")" or "")
    if to - from > 2 then tree:add(f.payload, tvb(from + 2, to - from - 2)) end
    return name or string.format("class 0x%02x, command 0x%02x", class, command)
end

-- Octets of an explore frame's header, with AutoInclusion's HomeID; the medium sends it as a singlecast frame to all.
-- 0x21 is no class of a command that travels here alone, 0x20 (Basic) is one of 3 octets at most.
local function explored(tvb, from, to)
    local kind = to - from >= 10 and tvb(from, 1):uint() or 0
    local before = kind == 0x20 and 8 or kind == 0x21 and 12 or 0
    return to - from >= before + 2 and before or 0
end

function zwave.dissector(tvb, pinfo, root)
    local n = tvb:len()
    if n < SHORTEST then return 0 end
    pinfo.cols.protocol = "Z-Wave"
    local r3 = n >= 12 and crc16(tvb, n - 2) == tvb(n - 2, 2):uint()
    local tree = root:add(zwave, tvb())
    local header = r3 and 10 or 9
    tree:add(f.home, tvb(0, 4))
    tree:add(f.src, tvb(4, 1))
    tree:add(f.type, tvb(5, 1))
    tree:add(f.ack, tvb(5, 1))
    if r3 then
        tree:add(f.seq, tvb(8, 1))
    else
        tree:add(f.seq, tvb(6, 1), bit32.band(tvb(6, 1):uint(), 0x0f))
    end
    tree:add(f.length, tvb(7, 1))
    tree:add(f.dst, tvb(header - 1, 1))
    local kind = TYPES[bit32.band(tvb(5, 1):uint(), 0x0f)] or "unknown type"
    local stop = add_check(tvb, tree, r3)
    local before = explored(tvb, header, stop)
    if before > 0 then tree:add(f.explore, tvb(header, before)) end
    local what = stop > header and add_command(tvb, tree, header + before, stop) or ""
    if before > 0 then what = what .. " (explore)" end
    local to = tvb(header - 1, 1):uint()
    pinfo.cols.info = string.format("%s, %s, node %d to %s%s", r3 and "R3" or "R1/R2", kind,
        tvb(4, 1):uint(), to == 255 and "all" or "node " .. to, what ~= "" and ": " .. what or "")
    return n
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, zwave)
