/// The demo: the main job of Wasl, end to end, told step by step.
@NullMarked
package wasl.local.demo;

import org.jspecify.annotations.NullMarked;
