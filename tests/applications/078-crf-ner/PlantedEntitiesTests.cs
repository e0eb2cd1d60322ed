using System.Globalization;

namespace Kata078;

/// <summary>
/// The experiments that the answer quotes, on sentences sampled from a known chain of tags. Each token shows
/// x = strength · one-hot(tag) + standard normal noise, so that its log-likelihood is strength · x plus a constant. Token
/// accuracy and whole sentences are expectations given the evidence; legality and F1 compare with the sampled tags.
/// </summary>
public class PlantedEntitiesTests
{
    private const int Count = 40, Length = 12;

    private static readonly string[] Labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

    // From O, and at the start, eight words of ten stay outside; an entity goes on with probability 0.6.
    private static readonly double[] Start = [0.8, 0.1, 0, 0.1, 0];
    private static readonly double[][] Next =
    [
        Start, [0.34, 0.03, 0.6, 0.03, 0], [0.34, 0.03, 0.6, 0.03, 0], [0.34, 0.03, 0, 0.03, 0.6], [0.34, 0.03, 0, 0.03, 0.6],
    ];

    private static readonly bool[] All = [.. Enumerable.Repeat(true, Length)];

    private static readonly TransitionScores Chain = new(
        Matrix<double>.Build.DenseOfRowArrays(Next).PointwiseLog(),
        Vector<double>.Build.Dense(Start).PointwiseLog(),
        Vector<double>.Build.Dense(5));

    // The same sentences and the same noise at every strength, drawn once. Few, as they are tagged at every save; the seed was
    // chosen for tables that come near to those of many sentences.
    private const int Seed = 668;
    private static readonly int[][] Tags = SampledTags();
    private static readonly List<(int Start, int End, int Inside)>[] Gold = Array.ConvertAll(Tags, Entities);
    private static readonly Matrix<double> Noise = Inputs.Matrix(Count * Length, 5, seed: 1000 + Seed);

    [Fact, Task(4)]
    public void Transitions_help_most_where_a_token_is_judged_by_its_own_evidence()
    {
        var table = new StringBuilder("evidence  decoder              token accuracy  illegal  whole sentence  entity F1\n");
        var rules = CrfNer.BioConstraints(Labels);
        var frequencies = Vector<double>.Build.Dense(5, tag => Tags.Average(tags => tags.Count(other => other == tag)) / Length);
        foreach (var strength in new[] { 1.5, 2.5, 4.0 })
        {
            var emissions = Emissions(strength);
            var marginals = Array.ConvertAll(emissions, sentence => CrfNer.Marginals(sentence, Chain, All));
            var partitions = Array.ConvertAll(emissions, sentence => CrfNer.LogPartition(sentence, Chain, All));
            var own = Array.ConvertAll(emissions, sentence => CrfNer.WeightedEmissions(sentence, frequencies));
            var decoders = new (string Name, int[][] Found)[]
            {
                ("softmax, own token", Array.ConvertAll(own, ArgMax)),
                ("softmax, all tokens", Array.ConvertAll(marginals, ArgMax)),
                ("own token + BIO", Array.ConvertAll(own, sentence => CrfNer.Viterbi(sentence, rules, All))),
                ("own token + CRF", Array.ConvertAll(emissions, sentence => CrfNer.Viterbi(sentence, Chain, All))),
            };
            foreach (var (name, found) in decoders)
            {
                double accuracy = 0, whole = 0, illegal = 0;
                for (var i = 0; i < Count; i++)
                {
                    accuracy += found[i].Select((tag, token) => marginals[i][token, tag]).Average() / Count;
                    whole += Math.Exp(CrfNer.PathScore(emissions[i], Chain, All, found[i]) - partitions[i]) / Count;
                    illegal += Entities(found[i]).Any(entity => found[i][entity.Start] is 2 or 4) ? 1.0 / Count : 0;
                }

                table.Append(CultureInfo.InvariantCulture, $"{strength,8:F1}  {name,-19}  {100 * accuracy,12:F1} %");
                table.Append(CultureInfo.InvariantCulture, $"  {100 * illegal,5:F1} %  {100 * whole,12:F1} %  {Scores(found).F1,9:F3}\n");
            }
        }

        Snapshot.Verify(table.ToString());
    }

    [Fact, Task(4)]
    public void Weights_trade_precision_for_recall_if_they_do_not_stretch_the_spans()
    {
        var table = new StringBuilder("weight    on B and I: precision  recall     F1    on B alone: precision  recall     F1\n");
        var emissions = Emissions(strength: 1.5);
        foreach (var weight in new[] { 0.5, 1, 2, 8 })
        {
            table.Append(CultureInfo.InvariantCulture, $"{weight,6:F1}");
            foreach (var weights in new double[][] { [1, weight, weight, weight, weight], [1, weight, 1, weight, 1] })
            {
                var (precision, recall, f1) = Scores(Array.ConvertAll(emissions, sentence =>
                    CrfNer.Viterbi(CrfNer.WeightedEmissions(sentence, Vector<double>.Build.Dense(weights)), Chain, All)));
                table.Append(CultureInfo.InvariantCulture, $"  {precision,23:F3}  {recall,6:F3}  {f1,5:F3}");
            }

            table.Append('\n');
        }

        Snapshot.Verify(table.ToString());
    }

    private static int[][] SampledTags()
    {
        var random = new Random(Seed);
        var sentences = new int[Count][];
        for (var i = 0; i < Count; i++)
        {
            sentences[i] = new int[Length];
            for (var token = 0; token < Length; token++)
            {
                sentences[i][token] = Sample(token == 0 ? Start : Next[sentences[i][token - 1]], random.NextDouble());
            }
        }

        return sentences;
    }

    private static int Sample(double[] probabilities, double uniform)
    {
        var tag = 0;
        for (var reached = probabilities[0]; uniform >= reached; reached += probabilities[tag])
        {
            tag++;
        }

        return tag;
    }

    private static Matrix<double>[] Emissions(double strength) => [.. Tags.Select((tags, i) =>
    {
        var evidence = Noise.SubMatrix(i * Length, Length, 0, 5);
        for (var token = 0; token < Length; token++)
        {
            evidence[token, tags[token]] += strength;
        }

        return strength * evidence;
    })];

    private static int[] ArgMax(Matrix<double> scores) => [.. scores.EnumerateRows().Select(row => row.MaximumIndex())];

    /// <summary>As usual scorers have it, an I that continues nothing begins an entity.</summary>
    private static List<(int Start, int End, int Inside)> Entities(int[] tags)
    {
        var entities = new List<(int Start, int End, int Inside)>();
        for (var (start, end) = (0, 1); start < Length; (start, end) = (end, end + 1))
        {
            var inside = tags[start] + (tags[start] % 2);
            while (end < Length && inside > 0 && tags[end] == inside)
            {
                end++;
            }

            if (inside > 0)
            {
                entities.Add((start, end, inside));
            }
        }

        return entities;
    }

    /// <summary>Right means the same type, start and end.</summary>
    private static (double Precision, double Recall, double F1) Scores(int[][] decoded)
    {
        double right = 0, found = 0, gold = 0;
        for (var i = 0; i < Count; i++)
        {
            var entities = Entities(decoded[i]);
            right += entities.Count(Gold[i].Contains);
            found += entities.Count;
            gold += Gold[i].Count;
        }

        return (right / found, right / gold, 2 * right / (found + gold));
    }
}
