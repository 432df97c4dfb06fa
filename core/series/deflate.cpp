#include "core/series/deflate.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <new>

namespace layerscope {

std::string deflate_bytes(std::string_view bytes) {
    uLongf length = compressBound(uLong(bytes.size()));
    std::string out(length, '\0');
    // The buffer is as large as zlib asks for: only memory could be missing, which throws above.
    compress2(reinterpret_cast<Bytef*>(out.data()), &length,
              reinterpret_cast<const Bytef*>(bytes.data()), uLong(bytes.size()), Z_BEST_SPEED);
    out.resize(length);
    return out;
}

Result<void> inflate_bytes(std::string_view deflated, std::span<char> out) {
    Bytef none = 0;  // zlib wants an address even where nothing is to come
    uLongf length = uLongf(out.size());
    uLong consumed = uLong(deflated.size());
    const int status =
        uncompress2(out.empty() ? &none : reinterpret_cast<Bytef*>(out.data()), &length,
                    reinterpret_cast<const Bytef*>(deflated.data()), &consumed);
    if (status != Z_OK || length != out.size() || consumed != deflated.size()) {
        return fail(ErrorKind::malformed,
                    fmt::format("its {} compressed bytes do not hold the {} bytes they should",
                                deflated.size(), out.size()));
    }
    return {};
}

Result<std::string> inflate_at_most(std::string_view deflated, std::size_t most_bytes) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc{};
    // zlib promises not to write to what it reads.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
    stream.avail_in = uInt(deflated.size());
    std::string out;
    std::array<char, 16384> chunk{};
    int status = Z_OK;
    while (status == Z_OK && out.size() <= most_bytes) {
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = uInt(chunk.size());
        status = inflate(&stream, Z_NO_FLUSH);
        out.append(chunk.data(), chunk.size() - stream.avail_out);
    }
    const bool whole = status == Z_STREAM_END && stream.avail_in == 0 && out.size() <= most_bytes;
    inflateEnd(&stream);
    if (!whole) {
        return fail(ErrorKind::malformed,
                    fmt::format("its {} compressed bytes are damaged, or hold more than {} bytes",
                                deflated.size(), most_bytes));
    }
    return out;
}

}  // namespace layerscope
