#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace layerscope {

/// What ends a message on the wire, in either direction. It follows `</bts>` directly.
inline constexpr std::string_view bts_terminator = "\n\n#\r\n";

/// Largest message taken: a page of 1000 rows has about 0.3 MB.
inline constexpr std::size_t bts_message_limit = 16 * 1024 * 1024;

/// Cuts a stream of bytes, in any segmentation, into XML documents. A document ends at `</bts>`;
/// one that never closes its root ends at `#\r\n`, so that a reader can refuse it. Whatever stands
/// between two documents (trailers, blanks, rubbish) is dropped up to the next `<`.
class BtsFramer {
  public:
    explicit BtsFramer(std::size_t limit_bytes = bts_message_limit) : limit_bytes_{limit_bytes} {}

    /// Takes bytes in; fails when a document grows beyond the limit, after which the stream is
    /// lost.
    Result<void> feed(std::string_view bytes);

    /// The next whole document, if there is one.
    std::optional<std::string> next();

    /// Bytes of an unfinished document.
    bool has_part() const { return buffer_.find('<') != std::string::npos; }

  private:
    std::size_t limit_bytes_;
    std::string buffer_;
    std::size_t scanned_ = 0;  // no end begins before this; keeps large documents linear
};

}  // namespace layerscope
