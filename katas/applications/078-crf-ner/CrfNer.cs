namespace Kata078;

/// <summary>
/// A linear-chain conditional random field on top of an encoder: the encoder scores every tag at every token, the field
/// scores how tags follow one another, and a whole sequence of tags is normalised or maximised at once.
/// Source: Lample et al. 2016, section 2.2 (arXiv:1603.01360); Sutton and McCallum 2010 (arXiv:1011.4088).
/// </summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <param name="tags">One tag per token; only those of counted tokens are read.</param>
    /// <returns>The log of the sequence's unnormalised weight; −∞ where one of its scores is.</returns>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit, no token counts, or the tag of a counted token is not between 0 and k − 1.
    /// </exception>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags) =>
        throw new NotImplementedException("Task 1: add up start, emissions, transitions and stop along the counted tokens.");

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences, in time proportional to n·k².</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <returns>ln Z; −∞ where no sequence is possible, never NaN.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, or no token counts.</exception>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        throw new NotImplementedException("Task 1: carry one log-sum per tag from token to token; do not list the paths.");

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <returns>One tag per token, −1 for tokens that do not count. Among equally good sequences any may be returned.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, no token counts, or no sequence is possible.</exception>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        throw new NotImplementedException("Task 2: carry the best score per tag and remember which tag it came from.");

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <returns>Rows that sum to 1, and rows of zeros for tokens that do not count.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, no token counts, or no sequence is possible.</exception>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        throw new NotImplementedException("Task 3: what arrives at a tag and what can go on from it, together, relative to ln Z.");

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <param name="tags">The annotated sequence, one tag per token; only those of counted tokens are read.</param>
    /// <returns>Gradients in the shapes of the emissions and of the transition scores.</returns>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit, no token counts, a tag of a counted token is not between 0 and k − 1, or the annotated sequence
    /// is forbidden: one of its scores is −∞, so that its loss is infinite.
    /// </exception>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags) =>
        throw new NotImplementedException("Task 3: expected counts minus observed counts, for every kind of score.");

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    /// <param name="labels">The label of each tag, in any order: O, B-TYPE or I-TYPE, where TYPE is all that follows the first hyphen.</param>
    /// <returns>0 for what is allowed and −∞ for what is not; every label may stop a sentence.</returns>
    /// <exception cref="ArgumentException">A label is none of the three; the message names it.</exception>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels) =>
        throw new NotImplementedException("Task 4: I-TYPE may only follow B-TYPE or I-TYPE; a sentence starts as if after O.");

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="classWeights">One weight per tag: 1 changes nothing, 0 forbids the tag.</param>
    /// <returns>New emissions; those given are not changed.</returns>
    /// <exception cref="ArgumentException">As many weights as tags are needed, each finite and at least 0.</exception>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights) =>
        throw new NotImplementedException("Task 4: which number added to a score multiplies its exponential by the weight?");
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
