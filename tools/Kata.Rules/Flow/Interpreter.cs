using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Flow;

/// <summary>
/// Follows the methods of a file from their arguments to their results, by traits instead of numbers: through
/// locals, branches, loops, lambdas and calls of the same file. See <see cref="Trait"/> for what it keeps.
/// </summary>
internal sealed partial class Interpreter
{
    private const int DeepestCall = 6;
    private const int MostSteps = 400_000;
    private static readonly ConditionalWeakTable<AnswerFile, Observations> Known = new();

    private readonly AnswerFile answer;
    private readonly Library library;
    private readonly Observations seen = new();
    private readonly Arithmetic arithmetic;
    private readonly Stack<Frame> frames = new();
    private readonly Stack<Jumps> jumps = new();
    private ImmutableHashSet<ISymbol> loopVariables = ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);
    private ImmutableHashSet<(ISymbol Variable, ISymbol Index)> entrywise = [];
    private State? state;
    private int steps;

    private Interpreter(AnswerFile answer)
    {
        this.answer = answer;
        library = new Library(answer.Types);
        arithmetic = new Arithmetic(seen);
    }

    /// <summary>What is to be seen in a file; computed once and shared by all rules.</summary>
    public static Observations Of(AnswerFile answer) => Known.GetValue(answer, key => new Interpreter(key).Run());

    private Observations Run()
    {
        var called = new HashSet<ISymbol>(
            answer.Operations.Select(Callee).OfType<ISymbol>(),
            SymbolEqualityComparer.Default);
        foreach (var member in answer.Members)
        {
            var isEntrance = member.Method.DeclaredAccessibility is not (Accessibility.Private or Accessibility.NotApplicable)
                || !called.Contains(member.Method);
            if (isEntrance)
            {
                Enter(member);
            }
        }

        return steps <= MostSteps ? seen : new Observations();
    }

    private void Enter(AnswerFile.Member member)
    {
        state = State.Empty;
        foreach (var parameter in member.Method.Parameters)
        {
            state = state.Set(parameter, Argument(parameter.Type), loopVariables);
        }

        seen.Results.Add(Call(member.Method, member.Body));
    }

    private static AbstractValue Argument(ITypeSymbol type) =>
        type is { TypeKind: TypeKind.Delegate or TypeKind.Error } ? AbstractValue.Unknown
        : IsOfBooleans(type) ? AbstractValue.Of(Trait.Input | Trait.Linear | Trait.Mask)
        : AbstractValue.Of(Trait.Input | Trait.Linear);

    private static bool IsOfBooleans(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsOfBooleans(array.ElementType),
        INamedTypeSymbol { TypeArguments.Length: 1 } generic => IsOfBooleans(generic.TypeArguments[0]),
        _ => type.SpecialType == SpecialType.System_Boolean,
    };

    private static ISymbol? Callee(IOperation operation) => operation switch
    {
        Microsoft.CodeAnalysis.Operations.IInvocationOperation call => call.TargetMethod.OriginalDefinition,
        Microsoft.CodeAnalysis.Operations.IMethodReferenceOperation group => group.Method.OriginalDefinition,
        _ => null,
    };

    /// <summary>Runs a body whose parameters are set; null says that it never returns a value.</summary>
    private AbstractValue Call(ISymbol function, IOperation body)
    {
        var frame = new Frame(function);
        frames.Push(frame);
        var outerEntrywise = entrywise;
        entrywise = [];
        Execute(body);
        entrywise = outerEntrywise;
        frames.Pop();
        state = State.Join(state, frame.AfterReturn);
        return frame.Result ?? AbstractValue.Unknown;
    }

    private bool IsRunning(ISymbol function) =>
        frames.Any(frame => SymbolEqualityComparer.Default.Equals(frame.Function, function));

    private bool IsExhausted() => ++steps > MostSteps;

    /// <summary>A call that is being followed.</summary>
    private sealed class Frame(ISymbol function)
    {
        public ISymbol Function => function;

        public AbstractValue? Result { get; private set; }

        public State? AfterReturn { get; private set; }

        public void Return(AbstractValue value, State? state)
        {
            Result = Result?.Join(value) ?? value;
            AfterReturn = State.Join(AfterReturn, state);
        }
    }

    /// <summary>Where the jumps out of a loop or switch lead.</summary>
    private sealed class Jumps
    {
        public State? AfterBreak { get; set; }

        public State? AfterContinue { get; set; }
    }
}
