namespace Kata.Rules;

/// <summary>Every rule's id, once. An id is never given to another rule.</summary>
public static class RuleIds
{
    /// <summary>Exponentials are normalised or summed without subtracting the maximum.</summary>
    public const string SubtractTheMaximumBeforeTheExponential = "KATA001";

    /// <summary>The logarithm of a softmax.</summary>
    public const string DoNotTakeTheLogarithmOfASoftmax = "KATA002";

    /// <summary>A mask that is applied to the weights instead of the scores.</summary>
    public const string DoNotApplyTheMaskAfterTheSoftmax = "KATA003";

    /// <summary>Scores that go into a softmax without a scale.</summary>
    public const string ScaleTheScoresBeforeTheSoftmax = "KATA004";

    /// <summary>Scores that are divided by the dimension instead of its root.</summary>
    public const string ScaleByTheRootOfTheDimension = "KATA005";

    /// <summary>A softmax over the queries of each key.</summary>
    public const string TakeTheSoftmaxOverTheKeys = "KATA006";

    /// <summary>An integer division where a real quotient is meant.</summary>
    public const string DoNotDivideIntegersForARealQuotient = "KATA007";

    /// <summary>Two rounded numbers compared with ==.</summary>
    public const string DoNotCompareRoundedNumbersForEquality = "KATA008";

    /// <summary>Randomness without a seed, the clock, or a hash that changes with each process.</summary>
    public const string TakeRandomnessFromTheArguments = "KATA009";

    /// <summary>The caller's matrix, array or list is changed.</summary>
    public const string DoNotChangeTheCallersInput = "KATA010";

    /// <summary>Text compared, ordered or parsed by the culture of the machine.</summary>
    public const string TreatTextAlikeInEveryCulture = "KATA011";

    /// <summary>UTF-16 units taken for characters.</summary>
    public const string DoNotTakeUtf16UnitsForCharacters = "KATA012";

    /// <summary>A buffer that grows with the square of the length.</summary>
    public const string DoNotAllocateAQuadraticBuffer = "KATA013";

    /// <summary>An explicit loop in a method that is to be written without one.</summary>
    public const string WriteItWithoutALoop = "KATA014";

    /// <summary>A method does not use what the statement tells it to use.</summary>
    public const string CallWhatTheStatementAsksFor = "KATA015";

    /// <summary>Expected values of the tests written into the answer.</summary>
    public const string DoNotHardCodeExpectedValues = "KATA016";

    /// <summary>The answer looks at files, other assemblies or its caller.</summary>
    public const string DoNotLookUpTheAnswer = "KATA017";

    /// <summary>An exception is caught and forgotten.</summary>
    public const string DoNotSwallowExceptions = "KATA018";

    /// <summary>A deferred query is run again for every step of a loop.</summary>
    public const string DoNotRunAQueryAgainInALoop = "KATA019";

    /// <summary>A task that is still to be written.</summary>
    public const string TaskIsStillToBeWritten = "KATA020";

    /// <summary>A softmax that cannot overflow.</summary>
    public const string SoftmaxCannotOverflow = "KATA021";

    /// <summary>Matrices whose shapes do not fit together.</summary>
    public const string MatrixShapesMustFit = "KATA022";
}
