#include "hw/name_lookup.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <thread>
#include <utility>

namespace layerscope {
namespace {

Result<std::vector<std::string>> numeric_addresses(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int status = getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (status != 0) {
        return fail(ErrorKind::not_found, fmt::format("there is no address for the name '{}' ({})",
                                                      host, gai_strerror(status)));
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, &freeaddrinfo};
    std::vector<std::string> addresses;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                        NI_NUMERICHOST) == 0) {
            addresses.emplace_back(text.data());
        }
    }
    return addresses;
}

}  // namespace

void look_up_name(std::string host, std::function<void(Result<std::vector<std::string>>)> done) {
    std::thread{[host = std::move(host), done = std::move(done)] {
        done(numeric_addresses(host));
    }}.detach();
}

}  // namespace layerscope
