package dev.traitflow.jobs.scoring;

import java.io.Serializable;
import java.util.Collection;

/** Tells which models are in force now. Asked at the start and at each scoring round. */
public interface ModelCatalog extends Serializable {
  /** The references in force, one for each prediction that has a model. */
  Collection<ModelReference> current() throws Exception;
}
