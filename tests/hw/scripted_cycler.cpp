#include "tests/hw/scripted_cycler.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "core/base/number.h"
#include "hw/bts_framing.h"

namespace layerscope {
namespace {

constexpr std::int64_t test_id = 143;

/// A listening socket on loopback and its port.
std::pair<int, std::uint16_t> listen_on(std::uint16_t port) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (bind(listener, generic, size) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, generic, &size) != 0) {
        throw std::runtime_error{"no port to listen on"};
    }
    return {listener, ntohs(address.sin_port)};
}

/// The whole numbers of all attributes `name`, in order.
std::vector<std::int64_t> attributes(const std::string& text, const std::string& name) {
    std::vector<std::int64_t> values;
    const std::string start = " " + name + "=\"";
    for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at)) {
        at += start.size();
        values.push_back(parse_integer(text.substr(at, text.find('"', at) - at)).value());
    }
    return values;
}

std::string address(std::int64_t channel) {
    return fmt::format(R"(devtype="27" devid="21" subdevid="1" chlid="{}")", channel);
}

std::string data_row(std::int64_t seqid) {
    return fmt::format(R"(<data seqid="{}" stepid="1" cycleid="1" steptype="dc" testtime="{}" )"
                       R"(atime="2026-01-01 00:00:00" volt="0.25" curr="-0.0015" cap="0.001" )"
                       R"(eng="0" V1="0.125" />)",
                       seqid, seqid * 1000);
}

}  // namespace

ScriptedCycler::ScriptedCycler(int channels, Script script, std::uint16_t port)
    : script_{std::move(script)}, channels_(std::size_t(channels)) {
    std::tie(listener_, port_) = listen_on(port);
    thread_ = std::thread{[this] { serve(); }};
}

ScriptedCycler::~ScriptedCycler() {
    {
        const std::lock_guard lock{mutex_};
        stopped_ = true;
        shutdown(listener_, SHUT_RDWR);
        if (open_ >= 0) shutdown(open_, SHUT_RDWR);
    }
    thread_.join();
    close(listener_);
}

void ScriptedCycler::record(int channel, std::int64_t rows, bool complete) {
    const std::lock_guard lock{mutex_};
    channels_.at(std::size_t(channel - 1)) = {rows, complete};
}

std::vector<std::string> ScriptedCycler::commands() const {
    const std::lock_guard lock{mutex_};
    return commands_;
}

void ScriptedCycler::serve() {
    for (;;) {
        const int connection = accept(listener_, nullptr, nullptr);
        if (connection < 0) return;
        {
            const std::lock_guard lock{mutex_};
            open_ = connection;
            if (stopped_) shutdown(connection, SHUT_RDWR);
        }
        ++connections_;
        converse(connection);
        const std::lock_guard lock{mutex_};
        open_ = -1;
        close(connection);
    }
}

void ScriptedCycler::converse(int connection) {
    BtsFramer framer;
    std::array<char, 4096> chunk{};
    for (;;) {
        const auto size = recv(connection, chunk.data(), chunk.size(), 0);
        if (size <= 0 || !framer.feed({chunk.data(), std::size_t(size)})) return;
        while (const auto request = framer.next()) {
            const auto begin = request->find("<cmd>") + 5;
            const std::string command = request->substr(begin, request->find("</cmd>") - begin);
            ScriptedAnswer answer{"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<bts><cmd>" +
                                  usual_answer(command, *request) + "</bts>\n\n#\r\n"};
            {
                const std::lock_guard lock{mutex_};
                commands_.push_back(command);
            }
            if (script_) answer = script_(command, std::move(answer));
            std::string_view rest = answer.bytes;
            while (!rest.empty()) {
                const auto sent = send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
                if (sent <= 0) return;
                rest.remove_prefix(std::size_t(sent));
            }
            if (answer.close) return;
        }
    }
}

std::string ScriptedCycler::usual_answer(const std::string& command,
                                         const std::string& request) const {
    const std::lock_guard lock{mutex_};
    const auto asked = attributes(request, "chlid");
    std::string body = command + "_resp</cmd>";
    if (command == "getdevinfo") {
        body += fmt::format(R"(<middle count="{}">)", channels_.size());
        for (std::size_t k = 1; k <= channels_.size(); ++k) {
            body += fmt::format(R"(<channel ip="127.0.0.1" devtype="27" devid="21" subdevid="1" )"
                                R"(Channelid="{}">true</channel>)",
                                k);
        }
        return body + "</middle>";
    }
    if (command == "download") {
        const auto channel = asked.at(0);
        const auto first = attributes(request, "startpos").at(0);
        const auto last = std::min(first + attributes(request, "count").at(0) - 1,
                                   channels_.at(std::size_t(channel - 1)).rows);
        body = fmt::format(R"(donwload_resp</cmd><download {} testid="{}" startpos="{}" />)"
                           R"(<list count="{}">)",
                           address(channel), test_id, first,
                           std::max<std::int64_t>(0, last - first + 1));
        for (auto seqid = first; seqid <= last; ++seqid) body += data_row(seqid);
        return body + "</list>";
    }
    body += fmt::format(R"(<list count="{}">)", asked.size());
    for (const auto k : asked) {
        const auto& channel = channels_.at(std::size_t(k - 1));
        if (command == "inquire") {
            body += fmt::format(
                R"(<inquire dev="27-21-1-{}-0" cycle_id="1" step_id="1" step_type="dc" )"
                R"(workstatus="{}" barcode="C-07" current="-0.0015" voltage="0.25" )"
                R"(capacity="0.001" energy="0" totaltime="7" relativetime="7" V1="0.125" />)",
                k, channel.complete ? "finish" : "working");
        } else {
            body += fmt::format(R"(<chl {} testid="{}" count="{}">{}</chl>)", address(k), test_id,
                                channel.rows, channel.complete);
        }
    }
    return body + "</list>";
}

std::uint16_t closed_port() {
    const auto [listener, port] = listen_on(0);
    close(listener);
    return port;
}

}  // namespace layerscope
