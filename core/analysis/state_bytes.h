#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// The members of a fold as bytes: little-endian, one after the other, exactly. A fold names its
/// members once, for both directions:
///
///     template <class Self, class Archive>
///     static void fields(Self& own, Archive& archive) { archive(own.charge_C_, own.rows_); }
///
/// Numbers, texts, optionals, vectors (with their length), spans (of a length that is known, and
/// stays) and what has `fields` itself.
namespace layerscope {

class StateWriter {
  public:
    template <class... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }

    const std::string& bytes() const { return bytes_; }

  private:
    template <class Value>
    void put(const Value& value) {
        if constexpr (std::is_same_v<Value, double>) {
            put(std::bit_cast<std::uint64_t>(value));
        } else if constexpr (std::is_integral_v<Value>) {
            const auto number = static_cast<std::uint64_t>(value);
            for (std::size_t i = 0; i < sizeof(Value); ++i) bytes_ += char(number >> (8 * i));
        } else {
            Value::fields(value, *this);
        }
    }
    void put(const std::string& text) {
        put(std::uint64_t{text.size()});
        bytes_ += text;
    }
    template <class Value>
    void put(const std::optional<Value>& value) {
        put(value.has_value());
        if (value) put(*value);
    }
    template <class Value>
    void put(const std::vector<Value>& values) {
        put(std::uint64_t{values.size()});
        for (const Value& value : values) put(value);
    }
    template <class Value>
    void put(const std::span<Value>& values) {
        for (const Value& value : values) put(value);
    }

    std::string bytes_;
};

/// Reads what a StateWriter wrote. The bytes may be anything: what cannot be read leaves the values
/// as they come, `complete` false, and costs no more memory than there are bytes.
class StateReader {
  public:
    explicit StateReader(std::string_view bytes) : bytes_{bytes} {}

    template <class... Values>
    void operator()(Values&&... values) {
        (take(values), ...);
    }

    /// All that was asked for was there, and nothing is left.
    bool complete() const { return good_ && bytes_.empty(); }

  private:
    template <class Value>
    void take(Value& value) {
        if constexpr (std::is_same_v<Value, double>) {
            std::uint64_t bits = 0;
            take(bits);
            value = std::bit_cast<double>(bits);
        } else if constexpr (std::is_same_v<Value, bool>) {
            const std::uint64_t bit = number(1);
            value = bit == 1;
            good_ = good_ && bit <= 1;  // one way to write each state
        } else if constexpr (std::is_integral_v<Value>) {
            value = static_cast<Value>(number(sizeof(Value)));
        } else {
            Value::fields(value, *this);
        }
    }
    void take(std::string& text) {
        const std::size_t length = count();
        text = bytes_.substr(0, length);
        bytes_.remove_prefix(length);
    }
    template <class Value>
    void take(std::optional<Value>& value) {
        bool is_there = false;
        take(is_there);
        value.reset();
        if (good_ && is_there) take(value.emplace());
    }
    template <class Value>
    void take(std::vector<Value>& values) {
        values.clear();
        for (std::size_t left = count(); left > 0 && good_; --left) take(values.emplace_back());
    }
    template <class Value>
    void take(std::span<Value>& values) {
        for (Value& value : values) take(value);
    }

    std::uint64_t number(std::size_t size) {
        good_ = good_ && bytes_.size() >= size;
        if (!good_) return 0;
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            value |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
        }
        bytes_.remove_prefix(size);
        return value;
    }
    /// How many follow; each takes a byte at least.
    std::size_t count() {
        const std::uint64_t said = number(sizeof(std::uint64_t));
        good_ = good_ && said <= bytes_.size();
        return good_ ? std::size_t(said) : 0;
    }

    std::string_view bytes_;
    bool good_ = true;
};

}  // namespace layerscope
