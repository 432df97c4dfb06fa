#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

/// The little of SQLite that we use, with its failures as values: each sentence names the file and
/// carries SQLite's own words. Bound to its thread.
namespace layerscope {

/// Bytes that are no text; borrowed until the statement is bound anew.
struct Blob {
    std::string_view bytes;
};

/// A prepared statement. A failed bind is reported by the next `step`.
class Statement {
  public:
    /// Binds ?1, ?2 … in order; absent optionals become NULL. Forgets what was bound before.
    template <class... Values>
    Statement& bind(const Values&... values) {
        reset();
        int index = 0;
        (put(++index, values), ...);
        return *this;
    }

    /// True while there is a row to read, false at the end.
    Result<bool> step();
    /// To the end, for statements without rows.
    Result<void> run();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;
    std::string blob(int column) const { return text(column); }

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_{statement} {}

    void reset();
    void put(int index, std::int64_t value);
    void put(int index, int value) { put(index, std::int64_t{value}); }
    void put(int index, double value);
    void put(int index, const std::string& value);
    void put(int index, Blob value);
    template <class T>
    void put(int index, const std::optional<T>& value) {
        if (value) put(index, *value);  // what is not bound is NULL
    }

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bind_status_ = 0;
};

/// A connection to one file.
class Database {
  public:
    enum class Mode {
        read,
        read_unchanging,  // on a medium that nobody can write: no locks, and no log
        salvage,          // read what is left of a file that is damaged or cut short
        write,
        create,
    };

    /// `create` fails where the file exists already, the others where it does not.
    static Result<Database> open(const std::filesystem::path& path, Mode mode);

    /// One or more statements without results.
    Result<void> execute(const std::string& sql);
    Result<Statement> prepare(std::string_view sql);
    /// Its name, without the folder.
    std::string file() const;
    /// The first column of the first row, of a statement that has one.
    Result<std::int64_t> query_integer(std::string_view sql);

    /// All that `work` writes or, when it or the COMMIT fails, nothing.
    Result<void> transaction(const std::function<Result<void>()>& work);
    /// All that `work` reads is of one moment. May be nested.
    Result<void> read_transaction(const std::function<Result<void>()>& work);
    /// All that is committed now, into `target`, which must be empty.
    Result<void> backup_into(Database& target);

  private:
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    explicit Database(sqlite3* connection) : connection_{connection} {}

    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace layerscope
