"""What is said of a candidate skill: one number for each feature, in this order everywhere."""

from __future__ import annotations

FEATURES = (
    "preferred",  # the preferred label is named
    "alternative",  # another label is named
    "nested",  # only inside a longer name of another skill
    "shared",  # how many other skills bear the label that is named
    "named_idf",  # how telling the words of the named label are
    "named_words",  # how many content words it has beyond the first
    "times",  # how often it is named, logarithm
    "title",  # named in the title
    "labels_text",  # likeness of whole text and labels
    "labels_sentence",  # likeness of the best sentence and labels
    "words_text",  # likeness of whole text, and labels with description
    "latent",  # likeness in the latent space
    "labels_relative",  # likeness to labels against the text's best
    "words_relative",  # likeness to description against the text's best
    "latent_relative",  # latent likeness against the text's best
    "cover_preferred",  # share of the preferred label in the best sentence
    "cover_any",  # share of any label in the best sentence
    "cover_text",  # share of the preferred label anywhere in the text
    "cover_title",  # share of the preferred label in the title
    "cover_full",  # all of the preferred label in one sentence
    "specificity",  # summed idf of the preferred label
    "single",  # the preferred label has one content word
    "knowledge",  # ESCO calls it knowledge
    "transversal",  # ESCO calls it transversal
    "narrower",  # the best lexical score of a narrower skill
    "broader",  # the best lexical score of a broader skill
    "related",  # the best lexical score of a related skill
    "place",  # 1/(1 + place by lexical score)
    "prior",  # logarithm of how many judged texts of the kind bear it
    "company",  # share of the words that go with it in judged texts
    "company_relative",  # the same against the text's best
    "company_prior",  # both together
    "vector_names",  # likeness of the whole text's vector and that of the names
    "vector_words",  # likeness of the whole text's vector and that of names with description
    "vector_sentence",  # likeness of the best sentence's vector and that of the names
    "vector_sentence_words",  # the same with description
    "vector_sentences",  # mean over the three best sentences
    "vector_relative",  # likeness to names with description against the text's best
    "vector_place",  # 1/(1 + place by it)
    "vector_title",  # likeness of the title's vector
    "vector_kin",  # the best such likeness of a narrower or related skill
    "memory",  # share of like judged texts that bear it
    "memory_nearest",  # likeness of the nearest judged text that bears it
    "memory_relative",  # the share against the text's best
    "memory_log",  # logarithm of the share
    "memory_alone",  # the share against the text's best, where no word goes with it
)

BY_VECTORS = ("vector_", "memory")
"""How the features begin that need vectors of the language."""

F = {name: number for number, name in enumerate(FEATURES)}
