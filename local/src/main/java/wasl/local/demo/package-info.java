/// The main job, end to end, told so that a newcomer learns from it what Wasl does.
@NullMarked
package wasl.local.demo;

import org.jspecify.annotations.NullMarked;
