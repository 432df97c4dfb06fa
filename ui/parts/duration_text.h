#pragma once
#include <QString>

namespace layerscope {

/// How long ago, in the unit that says it: "0.8 s", "42 s", "3 min", "2 h".
QString age_text(double age_s);
/// "23:34 min", beyond an hour "1:23:34": minutes and seconds of something that lasts.
QString lasting_text(double duration_s);
/// "8.2 MB", "210 GB"; powers of ten.
QString bytes_text(double bytes);

}  // namespace layerscope
