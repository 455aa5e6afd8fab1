; The axioms of contracts.h and inverse.c, of 64-bit words: z3 must answer `unsat` to each, for it is asked for a case
; in which one is wrong.
; (A byte added to what is below 2^56, shifted, stays below 2^64.)
(set-logic QF_BV)
(declare-const x (_ BitVec 64))
(declare-const byte (_ BitVec 64))
(define-fun x_leaves_room () Bool (bvult x #x0100000000000000))
(define-fun byte_is_one () Bool (bvule byte #x00000000000000ff))

(push) ; low_byte
(assert (not (= (bvand x #x00000000000000ff) (bvurem x #x0000000000000100))))
(check-sat)
(pop)
(push) ; low_3_bytes
(assert (not (= (bvand x #x0000000000ffffff) (bvurem x #x0000000001000000))))
(check-sat)
(pop)
(push) ; low_7_bytes
(assert (not (= (bvand x #x00ffffffffffffff) (bvurem x #x0100000000000000))))
(check-sat)
(pop)
(push) ; shifted
(assert x_leaves_room)
(assert (not (= (bvshl x #x0000000000000008) (bvmul x #x0000000000000100))))
(check-sat)
(pop)
(push) ; appended
(assert x_leaves_room)
(assert byte_is_one)
(assert (not (= (bvor (bvshl x #x0000000000000008) byte) (bvadd (bvmul x #x0000000000000100) byte))))
(check-sat)
(pop)
(push) ; two_bytes
(assert (bvule x #x000000000000ffff))
(assert (not (=
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000008) #x00000000000000ff) #x0000000000000100)
    (bvand x #x00000000000000ff)) x)))
(check-sat)
(pop)
(push) ; four_bytes
(assert (bvule x #x00000000ffffffff))
(assert (not (=
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000018) #x00000000000000ff) #x0000000001000000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000010) #x00000000000000ff) #x0000000000010000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000008) #x00000000000000ff) #x0000000000000100)
    (bvand x #x00000000000000ff)))) x)))
(check-sat)
(pop)
(push) ; eight_bytes
(assert (not (=
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000038) #x00000000000000ff) #x0100000000000000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000030) #x00000000000000ff) #x0001000000000000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000028) #x00000000000000ff) #x0000010000000000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000020) #x00000000000000ff) #x0000000100000000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000018) #x00000000000000ff) #x0000000001000000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000010) #x00000000000000ff) #x0000000000010000)
    (bvadd (bvmul (bvand (bvlshr x #x0000000000000008) #x00000000000000ff) #x0000000000000100)
    (bvand x #x00000000000000ff)))))))) x)))
(check-sat)
(pop)
