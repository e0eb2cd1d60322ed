using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Flow;

/// <content>Calls: of the library by its meaning, of the same file by following them.</content>
internal sealed partial class Interpreter
{
    private AbstractValue Invoke(IInvocationOperation call)
    {
        var operands = (call.Instance is null || library.IsBuilder(call.Instance.Type) ? [] : new[] { call.Instance })
            .Concat(call.Arguments.Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter?.Type.TypeKind != TypeKind.Enum).OrderBy(argument => argument.Parameter?.Ordinal).Select(argument => argument.Value))
            .ToList();
        var values = operands.Select(Evaluate).ToList();
        if (call.Instance is not null && values[0].Function is { } function)
        {
            return Apply(function, values.Skip(1).ToList(), call);
        }

        if (answer.BodyOf(call.TargetMethod) is { } body)
        {
            return Follow(call, body, operands, values);
        }

        var meaning = library.MeaningOf(call.TargetMethod);
        if (meaning == Meaning.Unknown)
        {
            Havoc(operands);
            return Default(call.Type);
        }

        if (values.Count == 0)
        {
            return Default(call.Type);
        }

        var writes = call.TargetMethod.ReturnsVoid && values.Count > 1 && library.WritesToLastArgument(call.TargetMethod)
            && meaning is not (Meaning.Stored or Meaning.MappedInPlace);
        var result = Mean(meaning, call, operands, writes ? values.Take(values.Count - 1).ToList() : values);
        if (writes && RootOf(operands[operands.Count - 1]) is { } destination)
        {
            state = IndexOf(operands[operands.Count - 1]) is null ? state?.Store(destination, result) : state?.Replace(destination, result);
        }

        return result;
    }

    private AbstractValue Mean(Meaning meaning, IInvocationOperation call, List<IOperation> operands, List<AbstractValue> values)
    {
        var first = values[0];
        var second = values.Count > 1 ? values[1] : AbstractValue.Plain;
        var isWhole = library.IsLinearAlgebra(call.Type) || library.IsTensor(call.Type);
        switch (meaning)
        {
            case Meaning.Same:
                return first with { Function = null };
            case Meaning.Filtered:
                ApplyToEntries(values, call);
                return first.Perhaps(Trait.Masked);
            case Meaning.Transposed:
                return first.Without(Trait.ColumnSoftmax | Trait.Column | Trait.ColumnSum).With(Trait.Transposed) with { IsNeutral = first.IsNeutral };
            case Meaning.Columns:
                return (first.IsNeutral ? first : first.With(Trait.Column, call)) with { Indices = (null, SliceOf(operands)) };
            case Meaning.Rows:
                return first.Without(Trait.Column) with { Indices = (SliceOf(operands), null) };
            case Meaning.FromRows:
                return first.Is(Trait.Column) ? first.Without(Trait.Column | Trait.ColumnSoftmax) : first;
            case Meaning.Zeros:
                return AbstractValue.Neutral;
            case Meaning.Filled:
                return Filled(values, call);
            case Meaning.Mapped:
                return ApplyToEntries(values, call);
            case Meaning.MappedInPlace:
                var mapped = ApplyToEntries(values, call);
                if (RootOf(operands[0]) is { } changed)
                {
                    state = state?.Replace(changed, mapped);
                }

                return mapped;
            case Meaning.Stored:
                if (RootOf(operands[0]) is { } whole)
                {
                    var stored = values[values.Count - 1];
                    state = state?.Store(whole, call.TargetMethod.Name == "SetRow" && stored.Is(Trait.Column) ? stored.Without(Trait.Column | Trait.ColumnSoftmax) : stored);
                }

                return AbstractValue.Plain;
            case Meaning.Part:
                return first.IsNeutral ? first : first.Perhaps(Trait.Masked) with { Function = null };
            case Meaning.Positions:
                return second.Is(Trait.Dimension) || operands[operands.Count - 1].ConstantValue.HasValue
                    ? AbstractValue.Plain
                    : AbstractValue.Plain.Perhaps(Trait.Masked);
            case Meaning.Plain:
                return AbstractValue.Plain;
            case Meaning.OtherFunction:
                return AbstractValue.Plain.Perhaps(values.Aggregate(Trait.None, (may, value) => may | value.May));
            case Meaning.Dimension:
                return first.Is(Trait.Linear) ? AbstractValue.Of(Trait.Dimension) : AbstractValue.Plain;
            case Meaning.Exponential:
                var power = arithmetic.Exponential(first, call);
                return (state?.IsUnderMask == true ? power.Perhaps(Trait.Masked) : power) with { Indices = first.Indices };
            case Meaning.Logarithm:
                return arithmetic.Logarithm(first, call);
            case Meaning.Sum:
                return SumOver(values, call);
            case Meaning.SumOfColumns:
                var sums = arithmetic.Sum(first);
                return sums.Is(Trait.ExponentialSum) ? sums.With(Trait.ColumnSum, call) : sums;
            case Meaning.Maximum:
                return arithmetic.Maximum(values.Count > 1 && second.Function is null && first.IsNeutral ? second : first);
            case Meaning.Minimum:
                return first.Only(Trait.Score | Trait.Softmax).Perhaps(first.May | second.May | Trait.Bounded);
            case Meaning.Add:
                return arithmetic.Add(first, second, isWhole);
            case Meaning.Subtract:
                return arithmetic.Subtract(first, second);
            case Meaning.Multiply:
                return arithmetic.Multiply(first, second, call, entryByEntry: true);
            case Meaning.Divide:
                return arithmetic.Divide(first, second, call);
            case Meaning.Negate:
                return Negate(first);
            case Meaning.MatrixProduct when operands.Count > 1 && !library.IsLinearAlgebra(operands[1].Type):
                return arithmetic.Multiply(first, second, call, entryByEntry: true);
            case Meaning.MatrixProduct:
                return call.TargetMethod.Name == "TransposeThisAndMultiply"
                    ? AbstractValue.Plain.Perhaps(first.May | second.May)
                    : arithmetic.MatrixProduct(first, second, call, transposes: false);
            case Meaning.TransposedProduct:
                return arithmetic.MatrixProduct(first, second, call, transposes: true);
            case Meaning.Normalised:
                return IsByOne(operands) && first.Is(Trait.Exponential) ? arithmetic.Normalise(first, arithmetic.Sum(first), call) : AbstractValue.Unknown;
            case Meaning.NormalisedColumns:
                return IsByOne(operands) && first.Is(Trait.Exponential)
                    ? arithmetic.Normalise(first, arithmetic.Sum(first).With(Trait.ColumnSum, call), call)
                    : AbstractValue.Unknown;
            case Meaning.Softmax:
                var exponentials = arithmetic.Exponential(first, call);
                return arithmetic.Normalise(exponentials, arithmetic.Sum(exponentials), call);
            default:
                return AbstractValue.Unknown;
        }
    }

    /// <summary>The norm by which MathNet normalises is its last argument; 1 is the sum.</summary>
    private static bool IsByOne(List<IOperation> operands) => operands[operands.Count - 1].ConstantValue is { HasValue: true, Value: 1.0 };

    private static ISymbol? SliceOf(List<IOperation> operands) => operands.Count > 1 ? IndexOf(operands[1]) : null;

    private AbstractValue SumOver(List<AbstractValue> values, IInvocationOperation call)
    {
        if (values.Count == 1)
        {
            return arithmetic.Sum(values[0]);
        }

        var term = ApplyToEntries(values, call);
        var sum = arithmetic.Sum(term);
        var index = values[1].Function is { } function ? ParametersOf(function).FirstOrDefault() : null;
        var sumsAColumn = index is not null && term.Indices is ({ } row, { } column)
            && SymbolEqualityComparer.Default.Equals(row, index) && !SymbolEqualityComparer.Default.Equals(column, index);
        return sum.Is(Trait.ExponentialSum) && sumsAColumn ? sum.With(Trait.ColumnSum, call) : sum;
    }

    private AbstractValue Filled(List<AbstractValue> values, IInvocationOperation call)
    {
        var last = values[values.Count - 1];
        if (last.Function is { } function)
        {
            return Apply(function, [.. ParametersOf(function).Select(_ => AbstractValue.Plain)], call);
        }

        var isSizesOnly = call.TargetMethod.Parameters.All(parameter => parameter.Type.SpecialType == SpecialType.System_Int32);
        return isSizesOnly ? AbstractValue.Neutral : last;
    }

    /// <summary>
    /// Calls the function among the arguments with the entries of the others. A parameter that no argument
    /// fills is an index.
    /// </summary>
    private AbstractValue ApplyToEntries(List<AbstractValue> values, IInvocationOperation call)
    {
        var function = values.FirstOrDefault(value => value.Function is not null)?.Function;
        if (function is null)
        {
            return AbstractValue.Unknown;
        }

        var entries = values.Where(value => value.Function is null).ToList();
        var count = ParametersOf(function).Count;
        var indices = Enumerable.Repeat(AbstractValue.Plain, Math.Max(0, count - entries.Count)).ToList();
        var indexComesFirst = call.TargetMethod.Name.StartsWith("MapIndexed", StringComparison.Ordinal);
        return Apply(function, [.. indexComesFirst ? indices.Concat(entries) : entries.Take(count).Concat(indices)], call);
    }

    private static IReadOnlyList<IParameterSymbol> ParametersOf(IOperation function) => function switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol.Parameters,
        IMethodReferenceOperation group => group.Method.Parameters,
        _ => [],
    };

    private AbstractValue Apply(IOperation function, List<AbstractValue> arguments, IInvocationOperation call)
    {
        if (function is IAnonymousFunctionOperation lambda)
        {
            return Follow(lambda.Symbol, lambda.Body, arguments);
        }

        if (function is not IMethodReferenceOperation group)
        {
            return AbstractValue.Unknown;
        }

        if (answer.BodyOf(group.Method) is { } body)
        {
            return Follow(group.Method.OriginalDefinition, body, arguments);
        }

        return (library.MeaningOf(group.Method), arguments.Count) switch
        {
            (Meaning.Exponential, 1) => arithmetic.Exponential(arguments[0], group),
            (Meaning.Logarithm, 1) => arithmetic.Logarithm(arguments[0], group),
            (Meaning.Maximum, 2) => arithmetic.Maximum(arguments[1]),
            _ => Default(call.Type),
        };
    }

    private AbstractValue Follow(IInvocationOperation call, IOperation body, List<IOperation> operands, List<AbstractValue> values)
    {
        var method = call.TargetMethod.OriginalDefinition;
        var skip = call.Instance is null ? 0 : 1;
        var hasAllArguments = values.Count - skip == method.Parameters.Length;
        if (!hasAllArguments)
        {
            Havoc(operands);
            return AbstractValue.Unknown;
        }

        var wholes = operands.Skip(skip).Select(operand => (Whole: RootOf(operand), IsPart: IndexOf(operand) is null)).ToList();
        return Follow(method, body, values.Skip(skip).ToList(), wholes);
    }

    private AbstractValue Follow(
        IMethodSymbol function, IOperation body, List<AbstractValue> arguments, List<(ISymbol? Whole, bool IsPart)>? wholes = null)
    {
        if (frames.Count >= DeepestCall || IsRunning(function) || state is null)
        {
            return AbstractValue.Unknown;
        }

        var outerLoops = loopVariables;
        for (var index = 0; index < Math.Min(arguments.Count, function.Parameters.Length); index++)
        {
            var parameter = function.Parameters[index];
            state = state.Set(parameter, arguments[index], loopVariables);
            if (wholes?[index].Whole is { } whole && !parameter.Type.IsValueType)
            {
                state = state.Alias(parameter, whole, wholes[index].IsPart);
            }
        }

        // A lambda is called once for each entry: its own parameters run as a loop's variable does.
        loopVariables = function.MethodKind == MethodKind.AnonymousFunction ? loopVariables.Union(function.Parameters) : loopVariables;
        var result = Call(function, body);
        loopVariables = outerLoops;
        return result with { Function = null };
    }

    /// <summary>A call that is not known may change whatever it is given.</summary>
    private void Havoc(IEnumerable<IOperation> operands)
    {
        foreach (var operand in operands)
        {
            foreach (var captured in operand.Descendants().Where(_ => operand is IDelegateCreationOperation).Select(IndexOf).OfType<ILocalSymbol>())
            {
                state = state?.Store(captured, AbstractValue.Unknown);
            }

            if (operand.Type is { IsValueType: false, SpecialType: not SpecialType.System_String } && RootOf(operand) is { } variable)
            {
                state = state?.Store(variable, AbstractValue.Unknown);
            }
        }
    }
}
