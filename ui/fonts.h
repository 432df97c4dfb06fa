#pragma once
#include <QFont>

namespace layerscope {

/// Loads the embedded family, whose digits all have one width, and makes it the application's font.
/// Call once, after QApplication; without it the system's font is used.
void install_fonts();

/// The window's font at this size in logical pixels.
QFont ui_font(int pixel_size, QFont::Weight weight = QFont::Normal);

}  // namespace layerscope
