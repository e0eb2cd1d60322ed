using Microsoft.CodeAnalysis;

namespace Kata.Rules.Flow;

/// <summary>What was seen while the methods of a file were followed, for the rules on softmax and scores to judge.</summary>
internal sealed class Observations
{
    private readonly HashSet<IOperation> excused = [];
    private readonly HashSet<IOperation> logarithmsOfSoftmax = [];

    /// <summary>Every softmax that was formed: the value, with the place where it was divided by its sum.</summary>
    public List<(AbstractValue Weights, IOperation Place)> Softmaxes { get; } = [];

    /// <summary>The arguments of logarithms of sums of exponentials.</summary>
    public List<AbstractValue> LogSumExps { get; } = [];

    /// <summary>Values that were used as weights (the left side of a matrix product) or returned to the caller.</summary>
    public List<AbstractValue> Results { get; } = [];

    /// <summary>Logarithms of a softmax, except those that only an entropy is made of.</summary>
    public IEnumerable<IOperation> LogarithmsOfSoftmax => logarithmsOfSoftmax.Except(excused);

    /// <summary>Notes a logarithm.</summary>
    public void Logarithm(IOperation place) => logarithmsOfSoftmax.Add(place);

    /// <summary>A weight times its own logarithm: an entropy, which is what it is.</summary>
    public void Excuse(IEnumerable<IOperation> logarithms) => excused.UnionWith(logarithms);
}
