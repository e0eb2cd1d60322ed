namespace Kata.Rules.Shapes;

/// <summary>What LINQ makes of sequences of rows, columns and sizes.</summary>
internal static class SequenceRules
{
    /// <summary>Runs a function on values of which something may be known.</summary>
    public delegate Value Run(Operand function, params Value[] arguments);

    /// <summary>The value of a call of a LINQ operator.</summary>
    public static Value Invoke(Call call, Run run)
    {
        if (call.Method.Name == "Range")
        {
            return new Sequence(call["count"]?.Size, Value.Unknown);
        }

        if (call.Method.Name == "Repeat" && call["element"] is { } repeated)
        {
            return new Sequence(call["count"]?.Size, repeated.Value);
        }

        var source = (call.Arguments.IsEmpty ? null : Sequence.From(call.Arguments[0].Operand.Value)) ?? new Sequence(null, Value.Unknown);
        var functions = call.Arguments.Where(argument => argument.Operand.Value is Function).Select(argument => argument.Operand).ToList();
        return call.Method.Name switch
        {
            "Select" when functions is [var selector] => new Sequence(source.Count, run(selector, source.Element, Value.Unknown)),
            "SelectMany" when functions is [var selector] => new Sequence(null, Sequence.From(run(selector, source.Element, Value.Unknown))?.Element ?? Value.Unknown),
            "Zip" => Zipped(call, source, functions, run),
            "Aggregate" => Aggregated(call, source, functions, run),
            "Concat" when Second(call) is { } other => new Sequence(source.Count + other.Count, Value.Join(source.Element, other.Element)),
            "Append" or "Prepend" => new Sequence(source.Count + Dimension.Number(1), Value.Join(source.Element, call.Arguments[1].Operand.Value)),
            "Count" when functions.Count == 0 => Size.Of(source.Count),
            _ => Filtered(call, source, functions, run),
        };
    }

    private static Value Filtered(Call call, Sequence source, List<Operand> functions, Run run)
    {
        foreach (var function in functions)
        {
            run(function, source.Element, Value.Unknown);
        }

        return call.Method.Name switch
        {
            "AsEnumerable" or "ToArray" or "ToList" or "Reverse" or "Order" or "OrderDescending" or "OrderBy" or "OrderByDescending"
                or "ThenBy" or "ThenByDescending" => source,
            "Where" or "Take" or "TakeLast" or "TakeWhile" or "Skip" or "SkipLast" or "SkipWhile" or "Distinct" or "DistinctBy" =>
                new Sequence(null, source.Element),
            "First" or "Last" or "Single" or "ElementAt" or "MaxBy" or "MinBy" => source.Element,
            _ => Value.Unknown,
        };
    }

    private static Sequence? Second(Call call) => call.Arguments.Length > 1 ? Sequence.From(call.Arguments[1].Operand.Value) : null;

    private static Value Zipped(Call call, Sequence first, List<Operand> functions, Run run)
    {
        var second = Second(call) ?? new Sequence(null, Value.Unknown);
        var count = Equals(first.Count, second.Count) ? first.Count : null;
        return functions is [var selector]
            ? new Sequence(count, run(selector, first.Element, second.Element))
            : call.Arguments.Length == 2 ? new Sequence(count, new Items([first.Element, second.Element]))
            : Value.Unknown;
    }

    /// <summary>A fold is known only where a step keeps what is known about its result.</summary>
    private static Value Aggregated(Call call, Sequence source, List<Operand> functions, Run run)
    {
        if (functions is not [var step])
        {
            return Value.Unknown;
        }

        var seed = call["seed"]?.Value ?? source.Element;
        return Value.Join(seed, run(step, seed, source.Element)).Equals(seed) ? seed : Value.Unknown;
    }
}
