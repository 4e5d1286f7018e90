//! A set of resources of one tree, one bit per node: deciding is a handful of comparisons of words.

use super::NodeIndex;

/// Which nodes of a tree are meant. It does not know the tree; never mix sets of two trees.
// The last word is never zero, so that equal sets are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceSet {
    words: Vec<u64>,
}

impl ResourceSet {
    /// Adds a node; adding it twice changes nothing.
    pub fn insert(&mut self, index: NodeIndex) {
        let (word, bit) = place(index);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= bit;
    }

    /// Whether the node is meant.
    pub fn contains(&self, index: NodeIndex) -> bool {
        let (word, bit) = place(index);
        self.words.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Whether nothing is meant.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many nodes are meant.
    pub fn len(&self) -> usize {
        self.words.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// Whether everything meant here is meant there too.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.words.len() <= other.words.len() && self.words.iter().zip(&other.words).all(|(a, b)| a & !b == 0)
    }

    /// What is meant by either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (long, short) = if self.words.len() < other.words.len() { (other, self) } else { (self, other) };
        let mut union = long.clone();
        union.words.iter_mut().zip(&short.words).for_each(|(a, b)| *a |= b);
        union
    }

    /// What is meant by both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self::trimmed(self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect())
    }

    /// What is meant here and not there.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        Self::trimmed(self.words.iter().zip(others).map(|(a, b)| a & !b).collect())
    }

    /// The nodes meant, in display order.
    pub fn iter(&self) -> impl Iterator<Item = NodeIndex> {
        self.words.iter().enumerate().flat_map(|(word, bits)| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| NodeIndex(word * 64 + bit))
        })
    }

    fn trimmed(mut words: Vec<u64>) -> Self {
        while words.last() == Some(&0) {
            words.pop();
        }
        Self { words }
    }
}

impl FromIterator<NodeIndex> for ResourceSet {
    fn from_iter<I: IntoIterator<Item = NodeIndex>>(nodes: I) -> Self {
        let mut set = Self::default();
        nodes.into_iter().for_each(|index| set.insert(index));
        set
    }
}

fn place(index: NodeIndex) -> (usize, u64) {
    (index.0 / 64, 1 << (index.0 % 64))
}
