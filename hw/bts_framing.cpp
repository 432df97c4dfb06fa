#include "hw/bts_framing.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerscope {
namespace {
constexpr std::string_view root_end = "</bts>";
constexpr std::string_view message_end = "#\r\n";
}  // namespace

Result<void> BtsFramer::feed(std::string_view bytes) {
    buffer_ += bytes;
    if (scanned_ == 0) {
        buffer_.erase(0, std::min(buffer_.find('<'), buffer_.size()));
    }
    if (buffer_.size() > limit_bytes_ && buffer_.find(root_end, scanned_) == std::string::npos) {
        return fail(ErrorKind::malformed,
                    fmt::format("a message grew beyond {} MB without an end", limit_bytes_ >> 20U));
    }
    return {};
}

std::optional<std::string> BtsFramer::next() {
    const std::size_t begin = buffer_.find('<');
    if (begin == std::string::npos) {
        buffer_.clear();
        scanned_ = 0;
        return std::nullopt;
    }
    const std::size_t from = std::max(begin, scanned_);
    const std::size_t root = buffer_.find(root_end, from);
    const std::size_t message = buffer_.find(message_end, from);
    if (root == std::string::npos && message == std::string::npos) {
        // An end may be cut: look at its last bytes again.
        scanned_ = buffer_.size() - std::min(buffer_.size() - begin, root_end.size() - 1);
        return std::nullopt;
    }
    const std::size_t end = root < message ? root + root_end.size() : message;
    std::string document = buffer_.substr(begin, end - begin);
    buffer_.erase(0, end);
    buffer_.erase(0, std::min(buffer_.find('<'), buffer_.size()));
    scanned_ = 0;
    return document;
}

}  // namespace layerscope
