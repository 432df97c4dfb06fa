#pragma once
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace layerscope {

/// What went wrong, for code; the sentence beside it is for the person.
enum class ErrorKind {
    usage,        // the caller's words are wrong
    not_found,    // a file, device, channel or layer is not there
    malformed,    // bytes that do not mean what they should
    unsupported,  // understood, but not handled by this version
    io,           // the system refused a read, a write or a connection
    disk_full,
    busy,  // somebody else holds it
    timeout,
    mismatch,  // the thing found is not the thing asked for
    cancelled,
};

/// An expected failure: a kind for code, one sentence for the person (what, where, how much, what
/// to do).
struct [[nodiscard]] Error {
    ErrorKind kind{};
    std::string sentence;
};

/// A value, or the error that stood in its way.
template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorKind::malformed, "cell.ndax: ends after 63 of 94 bytes");`
inline tl::unexpected<Error> fail(ErrorKind kind, std::string sentence) {
    return tl::unexpected<Error>{Error{kind, std::move(sentence)}};
}
inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>{std::move(error)};
}

}  // namespace layerscope
