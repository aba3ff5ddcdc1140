package dev.traitflow.jobs.scoring;

import dev.traitflow.core.prediction.ModelState;
import java.io.Serializable;
import java.util.Collection;

/** Tells which models are in force now. Asked at the start and at each scoring round. */
public interface ModelCatalog extends Serializable {
  /** The states of the predictions that have a model. */
  Collection<ModelState> current() throws Exception;
}
