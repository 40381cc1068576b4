/// The parties around a running bundle, played over HTTP alone: the team that sets it up, providers
/// that sign, the team's own service that receives.
@NullMarked
package wasl.local.scene;

import org.jspecify.annotations.NullMarked;
